"""What an operation is, in words that are the schema's own."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, FragmentSpreadNode, SelectionSetNode

from gql_app.schema.documents import Prepared
from gql_app.schema.library import Library
from gql_app.schema.request import Request


@dataclass(frozen=True, slots=True)
class Shape:
    """Its kind and its root fields: never an operation's name or an alias, which are the client's words."""

    kind: str = "unknown"
    fields: tuple[str, ...] = ()


UNKNOWN = Shape()
"""Of what cannot be executed."""


def shape_of(library: Library, request: Request) -> Shape:
    """Never raises."""
    try:
        _, prepared = library.opened(request)
        if prepared.errors:
            return UNKNOWN
        operation = prepared.operation(request.operation_name)
    except Exception:
        return UNKNOWN
    fields = _fields(operation.selection_set, prepared, set())
    return Shape(operation.operation.value, tuple(dict.fromkeys(fields)))


def _fields(selections: SelectionSetNode, prepared: Prepared, seen: set[str]) -> Iterator[str]:
    for node in selections.selections:
        if isinstance(node, FieldNode):
            yield node.name.value
            continue
        beneath: Any = node
        if isinstance(node, FragmentSpreadNode):
            if node.name.value in seen:
                continue
            seen.add(node.name.value)
            beneath = prepared.fragments[node.name.value]
        yield from _fields(beneath.selection_set, prepared, seen)
