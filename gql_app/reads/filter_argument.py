"""A filter argument, read into a criterion: which operators were given is decided here, their values may be slots."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLInputField, GraphQLInputObjectType, get_named_type, is_input_object_type
from graphql.pyutils import Undefined

from gql_app.errors import BadArgument
from gql_app.reads.comparisons import Counted, Subject, compared, document, own, plain
from gql_app.reads.criteria import ALWAYS, Compared, Criterion, Exists, Not, Some, Stored, every
from gql_app.reads.declare import KIND
from gql_app.reads.filterable import FILTERS, Beneath, Document, Joined, Kept, Own, Source
from models.base import Model

STRAWBERRY = "strawberry-definition"
DEEPEST = 8
"""Filters within one another; a statement must fit the smallest parser."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A field of a filter as it was given: what it compares, with what, in a row of which model."""

    source: Any
    model: type[Model]
    type: Any
    value: Any
    path: str
    depth: int


def is_filter(kind: Any) -> bool:
    """Whether an argument of this type is a condition on rows."""
    return is_input_object_type(kind) and hasattr(kind.extensions[STRAWBERRY].origin, FILTERS)


def criterion_of(kind: Any, value: dict[str, Any] | None, path: str) -> Criterion:
    """What an argument of this filter type says; where it was not given, what its fields' defaults say.

    Raises BadArgument, which names the place by `path`, where an operator is null or the filter is too large.
    """
    return _filter(Counted(), kind, value or {}, path, 0)


def _filter(counted: Counted, kind: GraphQLInputObjectType, value: dict[str, Any], path: str, depth: int) -> Criterion:
    if depth > DEEPEST:
        raise BadArgument(f"{path}: filters may stand {DEEPEST} deep within one another, no deeper.")
    counted.part(path)
    return every(READERS[type(asked.source)](counted, asked) for asked in _given(kind, value, path, depth))


def _given(kind: GraphQLInputObjectType, value: dict[str, Any], path: str, depth: int) -> Iterator[Asked]:
    model = getattr(kind.extensions[STRAWBERRY].origin, FILTERS)
    for name, field in kind.fields.items():
        said = value.get(name)
        if said is None and field.default_value is not Undefined:
            said = field.default_value
        if said is not None:
            yield Asked(source_in(field), model, get_named_type(field.type), said, f"{path}.{name}", depth)


def source_in(field: GraphQLInputField) -> Source:
    """What a filter's field compares."""
    declared = field.extensions[STRAWBERRY]
    source: Source = declared.metadata[KIND]
    return Own(declared.python_name) if source == Own() else source


def _own(counted: Counted, asked: Asked) -> Criterion:
    operand = own(asked.model, asked.source.name)
    if isinstance(asked.value, list):
        counted.condition(asked.path)
        return Compared(operand, "in", plain(asked.value))
    return compared(counted, Subject(operand, asked.path), asked.value)


def _beneath(counted: Counted, asked: Asked) -> Criterion:
    source: Beneath = asked.source
    if source.value is None:
        return _any(source)(_filter(counted, asked.type, asked.value, asked.path, asked.depth + 1))
    subject = Subject(own(source.model, source.value), asked.path, _any(source))
    return compared(counted, subject, asked.value)


def _any(source: Beneath) -> Callable[[Criterion], Criterion]:
    flag = Compared(Stored(source.only, "boolean"), "eq", True) if source.only else ALWAYS
    table = source.model._meta.db_table
    return lambda criterion: Exists(table, source.column, every(iter((flag, criterion))))


def _document(counted: Counted, asked: Asked) -> Criterion:
    return document(counted, asked.source.name, asked.value, asked.path)


def _kept(counted: Counted, asked: Asked) -> Criterion:
    deleted = Compared(Stored(asked.source.name, "text"), "present")
    if asked.value == asked.source.only:
        return deleted
    return Not(deleted) if asked.value == asked.source.exclude and asked.depth == 0 else ALWAYS


def _joined(counted: Counted, asked: Asked) -> Criterion:
    if asked.source.how == "not":
        return Not(_filter(counted, asked.type, asked.value, asked.path, asked.depth + 1))
    parts = [
        _filter(counted, asked.type, value, f"{asked.path}[{place}]", asked.depth + 1)
        for place, value in enumerate(asked.value)
    ]
    return every(iter(parts)) if asked.source.how == "all" else Some(tuple(parts))


READERS: dict[type[Source], Callable[[Counted, Asked], Criterion]] = {
    Own: _own,
    Beneath: _beneath,
    Document: _document,
    Kept: _kept,
    Joined: _joined,
}
