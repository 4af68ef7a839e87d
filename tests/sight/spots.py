"""Every place in a field's arguments where a client may write text."""

from collections.abc import Iterator
from typing import Any

from graphql import (
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_input_object_type,
    is_list_type,
    is_required_input_field,
    is_scalar_type,
)

from tests.sight.paths import Way, asked, fields, leaves, ways

TEXT = object()
"""Stands where the text goes."""

NUMBERS = ("Int", "Float", "Boolean", "Long")
NESTED = ("and", "or", "not")


def spots(kind: Any, depth: int = 0) -> Iterator[Any]:
    """Values of an input type, each with one `TEXT` in it."""
    inner = get_nullable_type(kind)
    if is_list_type(inner):
        yield from ([one] for one in spots(inner.of_type, depth))
    elif is_scalar_type(inner) and inner.name not in NUMBERS:
        yield TEXT
    elif is_input_object_type(inner):
        for name, field in inner.fields.items():
            if name not in NESTED or depth == 0:
                yield from (_required(inner) | {name: one} for one in spots(field.type, depth + (name in NESTED)))


def _required(kind: Any) -> dict[str, Any]:
    return {name: "a" for name, field in kind.fields.items() if is_required_input_field(field)}


def filled(value: Any, text: str) -> Any:
    """The value with this text in its place."""
    if value is TEXT:
        return text
    if isinstance(value, list):
        return [filled(one, text) for one in value]
    if isinstance(value, dict):
        return {name: filled(one, text) for name, one in value.items()}
    return value


def openings(schema: GraphQLSchema) -> Iterator[tuple[Way, str, Any, str]]:
    """The way to a type, the field, a value with a `TEXT` in it, and the document with the value as `$it`."""
    for kind, way in ways(schema).items():
        for name, field in fields(schema, kind).items():
            for argument, said in field.args.items():
                query = _query(schema, way, (kind, name), argument)
                yield from ((way, f"{kind}.{name}({argument})", one, query) for one in spots(said.type))


def _query(schema: GraphQLSchema, way: Way, place: tuple[str, str], argument: str) -> str:
    kind, name = place
    field = fields(schema, kind)[name]
    text = asked(kind, name, field, argument)
    inner = f" {{ __typename {leaves(schema, field)} {_deeper(schema, field)} }}"
    whole = way.query(f"{text}{inner}" if is_composite_type(get_named_type(field.type)) else text)
    return f"query($it: {field.args[argument].type}) {whole}"


def _deeper(schema: GraphQLSchema, field: Any) -> str:
    kind = get_named_type(field.type).name
    return "nodes { id }" if kind.endswith("Connection") and "nodes" in fields(schema, kind) else ""
