"""Many rows at once: PostgreSQL takes each column as an array in one statement, SQLite one row after the other."""

from collections.abc import Mapping
from dataclasses import dataclass

from tortoise.fields import BinaryField
from tortoise.models import Model

from models.columns import Flag, Json, Long

Columns = Mapping[str, str]
"""PostgreSQL's type by the name of a column."""

TYPES = ((Long, "bigint"), (Flag, "boolean"), (Json, "jsonb"), (BinaryField, "bytea"))


@dataclass(frozen=True, slots=True)
class Bulk:
    """One change of many rows, as each database is told; values of a row stand in the order of the columns."""

    each: str
    """For SQLite, which runs it for every row."""

    arrays: str
    """For PostgreSQL, which runs it once. No two rows may have the same key."""


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


def _type(field: object) -> str:
    return next((name for kind, name in TYPES if isinstance(field, kind)), "text")


def _names(columns: Columns) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def _places(columns: Columns) -> str:
    return ", ".join(f"${place}" for place in range(1, len(columns) + 1))


def _arrays(columns: Columns) -> str:
    return f"unnest({', '.join(f'${place}::{kind}[]' for place, kind in enumerate(columns.values(), 1))})"
