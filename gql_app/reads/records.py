"""Rows as records, as a filter looks at them: the rows of a table and the rows beneath them, in one statement."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import models
from gql_app.reads.criteria import Compared, Criterion, Exists, Not
from gql_app.reads.dialect import SPEECH, Speech, column
from gql_app.reads.text import json_object
from models.base import Model

STAMPS = "stamps"
"""A column that no filter looks at, and larger than most."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Which tables a filter looks at beneath a row: by name and the column that holds the row's id."""

    table: str
    column: str
    beneath: "frozenset[Layout]"


def layouts(criterion: Criterion) -> frozenset[Layout]:
    """The tables beneath the row, each once, that the criterion looks at."""
    found: dict[tuple[str, str], frozenset[Layout]] = {}
    for exists in _existences(criterion):
        key = exists.table, exists.column
        found[key] = _merged(found.get(key, frozenset()) | layouts(exists.criterion))
    return frozenset(Layout(*key, beneath) for key, beneath in found.items())


def _merged(several: frozenset[Layout]) -> frozenset[Layout]:
    found: dict[tuple[str, str], frozenset[Layout]] = {}
    for one in several:
        key = one.table, one.column
        found[key] = _merged(found.get(key, frozenset()) | one.beneath)
    return frozenset(Layout(*key, beneath) for key, beneath in found.items())


def _existences(criterion: Criterion) -> Iterator[Exists]:
    if isinstance(criterion, Exists):
        yield criterion
    elif isinstance(criterion, Not):
        yield from _existences(criterion.part)
    elif not isinstance(criterion, Compared):
        for part in criterion.parts:
            yield from _existences(part)


def selects(dialect: str, table: str, wanted: str, beneath: frozenset[Layout]) -> Iterator[str]:
    """One SELECT of (table, owner's id, record as JSON text) for the rows of `table` whose id is among `wanted`, a
    sub-query, and one for each table beneath.
    """
    yield _select(SPEECH[dialect], table, "id", wanted)
    yield from _selects_beneath(dialect, wanted, beneath)


def _selects_beneath(dialect: str, wanted: str, beneath: frozenset[Layout]) -> Iterator[str]:
    for one in sorted(beneath, key=lambda layout: layout.table):
        yield _select(SPEECH[dialect], one.table, one.column, wanted)
        inner = f'SELECT id FROM "{one.table}" WHERE "{one.column}" IN ({wanted})'
        yield from _selects_beneath(dialect, inner, one.beneath)


def _select(speech: Speech, table: str, owner: str, wanted: str) -> str:
    body = record_text(speech, table, "t")
    return f'SELECT \'{table}\', t."{owner}", {body} FROM "{table}" t WHERE t."{owner}" IN ({wanted})'


def record_text(speech: Speech, table: str, alias: str) -> str:
    """A row's columns as JSON text."""
    model = _tables()[table]
    names = [name for name in model._meta.fields_map if name != STAMPS]
    return json_object((name, column(speech, alias, model, name)) for name in names)


@cache
def _tables() -> dict[str, type[Model]]:
    known = (one for one in vars(models).values() if isinstance(one, type) and issubclass(one, Model))
    return {model._meta.db_table: model for model in known}
