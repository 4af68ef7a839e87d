"""Many rows at once: PostgreSQL takes columns as arrays and all tables in one statement, SQLite takes row by row."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tortoise.fields import BinaryField
from tortoise.models import Model

from models.columns import Flag, Json, Long

Columns = Mapping[str, str]
"""PostgreSQL's type by the name of a column."""

PLACE = re.compile(r"\$(\d+)")
TYPES = ((Long, "bigint"), (Flag, "boolean"), (Json, "jsonb"), (BinaryField, "bytea"))


@dataclass(frozen=True, slots=True)
class Bulk:
    """One change of many rows, as each database is told; values of a row stand in the order of the columns."""

    each: str
    """For SQLite, which runs it for every row."""

    arrays: str
    """For PostgreSQL, which runs it once. No two rows may have the same key."""


Change = tuple[Bulk, list[tuple[Any, ...]]]
"""Rows, and what is done with them."""


@lru_cache(maxsize=1024)
def together(statements: tuple[str, ...]) -> str:
    """One statement for PostgreSQL that does what these do, which take its parameters one after the other.

    All see the rows as they were before, so none may change what another does.
    """
    *before, last = _renumbered(statements)
    return f"WITH {', '.join(f'c{place} AS ({sql})' for place, sql in enumerate(before))} {last}" if before else last


def _renumbered(statements: tuple[str, ...]) -> Iterator[str]:
    taken = 0
    for sql in statements:
        yield PLACE.sub(lambda found, so_far=taken: f"${int(found[1]) + so_far}", sql)  # type: ignore[misc]
        taken += max(int(number) for number in PLACE.findall(sql))


def columns_of(model: type[Model], *names: str) -> Columns:
    """These columns of a model, all of them if none is named."""
    fields = model._meta.fields_map
    return {name: _type(fields[name]) for name in names or fields}


def insert(table: str, columns: Columns, otherwise: str = "") -> Bulk:
    """New rows; `otherwise` says what to do where one is known."""
    into = f'INSERT INTO "{table}" ({_names(columns)})'
    return Bulk(
        f"{into} VALUES ({_places(columns)}) {otherwise}", f"{into} SELECT * FROM {_arrays(columns)} {otherwise}"
    )


def upsert(table: str, columns: Columns, key: str = "id") -> Bulk:
    """Whole rows, new or known."""
    news = ", ".join(f'"{name}" = excluded."{name}"' for name in columns if name != key)
    return insert(table, columns, f'ON CONFLICT ("{key}") DO UPDATE SET {news}')


def delete(table: str, columns: Columns) -> Bulk:
    """The rows that have these values."""
    each = " AND ".join(f'"{name}" = ${place}' for place, name in enumerate(columns, 1))
    alike = " AND ".join(f'"{table}"."{name}" = given."{name}"' for name in columns)
    given = f"{_arrays(columns)} AS given ({_names(columns)})"
    return Bulk(f'DELETE FROM "{table}" WHERE {each}', f'DELETE FROM "{table}" USING {given} WHERE {alike}')


def once(sql: str, *types: str) -> Bulk:
    """A statement that is run for one row; `types` are those of its parameters."""
    return Bulk(sql, PLACE.sub(lambda found: f"(${found[1]}::{types[int(found[1]) - 1]}[])[1]", sql))


def _type(field: object) -> str:
    return next((name for kind, name in TYPES if isinstance(field, kind)), "text")


def _names(columns: Columns) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def _places(columns: Columns) -> str:
    return ", ".join(f"${place}" for place in range(1, len(columns) + 1))


def _arrays(columns: Columns) -> str:
    return f"unnest({', '.join(f'${place}::{kind}[]' for place, kind in enumerate(columns.values(), 1))})"
