"""Argument values at planning time, when variables have a shape but not yet a value.

A statement depends on the shape of its arguments (which are given, what is null, booleans, enums and page sizes); what
remains is a `Slot`, filled from the variables of each request. So one statement serves every request of the same shape.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from graphql import (
    GraphQLInputType,
    GraphQLInt,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_enum_type,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
    value_from_ast,
)
from graphql.pyutils import Undefined

from gql_app.errors import BadArgument
from gql_app.voucherify.values import UNSTORABLE

Shape = Any
Variables = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Slot:
    """A value that each request brings, at this path of its coerced variables."""

    path: tuple[str | int, ...]

    def __call__(self, variables: Variables) -> Any:
        value: Any = variables
        for step in self.path:
            value = value[step]
        return value


Getter = Callable[[Variables], Any]


def shape_of(value: Any, kind: GraphQLInputType) -> Shape:
    """The part of a variable's value that a statement depends on; hashable."""
    kind = cast(GraphQLInputType, get_nullable_type(kind))
    if value is None:
        return None
    if is_input_object_type(kind):
        fields = kind.fields
        return tuple((name, shape_of(part, fields[name].type)) for name, part in value.items())
    if is_list_type(kind):
        return _shape_of_list(value, kind.of_type)
    return value if _decides(value, kind) else ...


def _decides(value: Any, kind: GraphQLInputType) -> bool:
    """Whether a statement is written for this very value: page sizes, so that the database plans for them."""
    return is_enum_type(kind) or isinstance(value, bool) or kind is GraphQLInt


def _shape_of_list(value: list[Any], kind: GraphQLInputType) -> Shape:
    if is_input_object_type(get_named_type(kind)) or is_enum_type(get_named_type(kind)):
        return tuple(shape_of(part, kind) for part in value)
    return ...


def outline(value: Any, kind: GraphQLInputType, path: tuple[str | int, ...]) -> Any:
    """The variable's value with slots where requests may differ."""
    kind = cast(GraphQLInputType, get_nullable_type(kind))
    if value is None:
        return None
    if is_input_object_type(kind):
        return {name: outline(part, kind.fields[name].type, (*path, name)) for name, part in value.items()}
    if is_list_type(kind) and _shape_of_list(value, kind.of_type) is not ...:
        return [outline(part, kind.of_type, (*path, place)) for place, part in enumerate(value)]
    return value if _decides(value, kind) else Slot(path)


def argument(node: ValueNode, kind: GraphQLInputType, outlines: Mapping[str, Any]) -> Any:
    """An argument as written, with the outlines of the variables in it; Undefined where left out."""
    if isinstance(node, VariableNode):
        return outlines.get(node.name.value, Undefined)
    kind = cast(GraphQLInputType, get_nullable_type(kind))
    if isinstance(node, NullValueNode):
        return None
    if is_input_object_type(kind) and isinstance(node, ObjectValueNode):
        return _object(node, kind, outlines)
    if is_list_type(kind):
        return _list(node, kind, outlines)
    return value_from_ast(node, kind)


def given(name: str, kind: GraphQLInputType, value: Any) -> Any:
    """The value; raises BadArgument where a nullable variable brought null to what must not be null."""
    if value is None and is_non_null_type(kind):
        raise BadArgument(f"{name} must not be null.")
    return value


def storable(value: Any) -> Any:
    """The value, or None where it is text that no database holds: nothing equals it."""
    return None if isinstance(value, str) and UNSTORABLE.search(value) else value


def _object(node: ObjectValueNode, kind: Any, outlines: Mapping[str, Any]) -> dict[str, Any]:
    written = {part.name.value: part.value for part in node.fields}
    found: dict[str, Any] = {}
    for name, field in kind.fields.items():
        value = argument(written[name], field.type, outlines) if name in written else Undefined
        value = field.default_value if value is Undefined else value
        if value is not Undefined:
            found[name] = value
    return found


def _list(node: ValueNode, kind: Any, outlines: Mapping[str, Any]) -> Any:
    parts = node.values if isinstance(node, ListValueNode) else (node,)
    values = [given("an element", kind.of_type, argument(part, kind.of_type, outlines)) for part in parts]
    if any(isinstance(value, Slot) for value in values):
        return Gathered(tuple(values))
    return values


@dataclass(frozen=True, slots=True)
class Gathered:
    """A list written in the document with variables among its elements."""

    parts: tuple[Any, ...]

    def __call__(self, variables: Variables) -> Any:
        return [part(variables) if isinstance(part, Slot) else part for part in self.parts]


def getter(value: Any) -> Getter:
    """How a request's value is found: in its variables, or always the same."""
    return value if callable(value) else lambda variables: value
