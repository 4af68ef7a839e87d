"""A selection, made plain: fragments spread, directives decided, fields merged, arguments read.

Source: GraphQL specification (September 2025), 6.3.2 Field Collection and 6.4.3 Merging Selection Sets.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLBoolean,
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
    get_named_type,
    is_abstract_type,
    is_enum_type,
    is_object_type,
)
from graphql.pyutils import Undefined

from gql_app.reads.criteria import Criterion
from gql_app.reads.declare import KIND, Column, Kind
from gql_app.reads.fence import Reach
from gql_app.reads.filter_argument import criterion_of, is_filter
from gql_app.reads.values import argument, given
from models.base import Model

STRAWBERRY = "strawberry-definition"


@dataclass(frozen=True, slots=True)
class Selected:
    """One field of the answer: its key, where it comes from, its arguments, and what is selected beneath it."""

    key: str
    name: str
    kind: Kind | None
    arguments: dict[str, Any]
    beneath: "tuple[Selection, ...]" = ()
    written: frozenset[str] = frozenset()
    """The arguments that the request gives; the others have their default."""

    names: tuple[str, ...] = ()
    """The values of an enum."""

    criterion: Criterion | None = None
    """What its filter argument says, where it may have one."""

    at: tuple[int, int] | None = None
    """Line and column of the field in the document, from 1."""

    reach: Reach | None = None
    """How far the viewer of a root field sees; None where they may see everything."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The fields selected of one object type; an abstract field has one for each type it may be."""

    type_name: str
    model: type[Model] | None
    fields: tuple[Selected, ...] = field(default=())

    def named(self, name: str) -> Iterator[Selected]:
        """The fields that select this one, under whatever keys."""
        return (selected for selected in self.fields if selected.name == name)


@dataclass(frozen=True, slots=True)
class Document:
    """What planning needs of a request: its schema, its fragments, and the outlines of its variables."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    outlines: Mapping[str, Any]


def plan_root(document: Document, selection_set: SelectionSetNode, root: GraphQLObjectType) -> Selection:
    """The plan of a whole operation."""
    return _select(document, root, [selection_set])


def plan_field(document: Document, parent: GraphQLObjectType, nodes: list[FieldNode]) -> Selected:
    """The plan of one field, given as all the nodes that select it under one key."""
    first = nodes[0]
    definition = parent.fields[first.name.value]
    declared = definition.extensions.get(STRAWBERRY)
    named = get_named_type(definition.type)
    written = _written(document, definition, first)
    key = first.alias.value if first.alias else first.name.value
    return Selected(
        key=key,
        name=declared.python_name if declared else first.name.value,
        kind=declared.metadata.get(KIND, Column()) if declared else None,
        arguments=_arguments(definition, written),
        beneath=tuple(_beneath(document, named, nodes)),
        written=frozenset(written),
        names=tuple(named.values) if is_enum_type(named) else (),
        criterion=_criterion(definition, written, key),
        at=_place(first),
    )


def _beneath(document: Document, named: Any, nodes: list[FieldNode]) -> Iterator[Selection]:
    sets = [node.selection_set for node in nodes if node.selection_set]
    if is_object_type(named):
        yield _select(document, named, sets)
    elif is_abstract_type(named):
        for possible in document.schema.get_possible_types(named):
            yield _select(document, possible, sets)


def _select(document: Document, kind: GraphQLObjectType, sets: list[SelectionSetNode]) -> Selection:
    grouped: dict[str, list[FieldNode]] = {}
    seen: set[str] = set()
    for selection_set in sets:
        for node in _fields(document, kind, selection_set, seen):
            grouped.setdefault(node.alias.value if node.alias else node.name.value, []).append(node)
    fields = tuple(_selected(document, kind, key, nodes) for key, nodes in grouped.items())
    declared = kind.extensions.get(STRAWBERRY)
    model = getattr(declared.origin, "__rows__", None) if declared else None
    return Selection(kind.name, model, fields)


def _selected(document: Document, kind: GraphQLObjectType, key: str, nodes: list[FieldNode]) -> Selected:
    name = nodes[0].name.value
    if name.startswith("__"):
        return Selected(key, name, None, {}, at=_place(nodes[0]))
    return plan_field(document, kind, nodes)


def _place(node: FieldNode) -> tuple[int, int] | None:
    return (node.loc.start_token.line, node.loc.start_token.column) if node.loc else None


def _fields(
    document: Document, kind: GraphQLObjectType, selection_set: SelectionSetNode, seen: set[str]
) -> Iterator[FieldNode]:
    for node in selection_set.selections:
        if _says(document, node, "skip", False) or not _says(document, node, "include", True):
            continue
        if isinstance(node, FieldNode):
            yield node
        elif isinstance(node, InlineFragmentNode):
            if _applies(document, node.type_condition, kind):
                yield from _fields(document, kind, node.selection_set, seen)
        elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
            seen.add(node.name.value)
            fragment = document.fragments[node.name.value]
            if _applies(document, fragment.type_condition, kind):
                yield from _fields(document, kind, fragment.selection_set, seen)


def _applies(document: Document, condition: Any, kind: GraphQLObjectType) -> bool:
    if condition is None or condition.name.value == kind.name:
        return True
    named = document.schema.get_type(condition.name.value)
    return is_abstract_type(named) and document.schema.is_sub_type(named, kind)


def _says(document: Document, node: SelectionNode, name: str, otherwise: bool) -> bool:
    """What a directive's `if` says, where the node has the directive."""
    for directive in node.directives or ():
        if directive.name.value == name:
            condition = next(iter(directive.arguments or ())).value
            value = argument(condition, GraphQLNonNull(GraphQLBoolean), document.outlines)
            return bool(given("if", GraphQLNonNull(GraphQLBoolean), value))
    return otherwise


def _written(document: Document, definition: GraphQLField, node: FieldNode) -> dict[str, Any]:
    """The arguments that the request gives; a variable that was left out gives none."""
    found: dict[str, Any] = {}
    for part in node.arguments or ():
        name, kind = part.name.value, definition.args[part.name.value].type
        value = argument(part.value, kind, document.outlines)
        if value is not Undefined:
            found[name] = given(name, kind, value)
    return found


def _arguments(definition: GraphQLField, written: dict[str, Any]) -> dict[str, Any]:
    """Arguments by name; the members of an input object also under `argument_member`."""
    found: dict[str, Any] = {}
    for name, declared in definition.args.items():
        value = written.get(name, declared.default_value)
        if value is not Undefined:
            found[name] = value
            if isinstance(value, dict):
                found |= {f"{name}_{part}": inner for part, inner in value.items()}
    return found


def _criterion(definition: GraphQLField, written: dict[str, Any], key: str) -> Criterion | None:
    """What the field's filter says; one that was not given still has its defaults."""
    for name, declared in definition.args.items():
        if is_filter(kind := get_named_type(declared.type)):
            return criterion_of(kind, written.get(name), f"{key}: {name}")
    return None
