"""Two mirrors of the same inbox, row by row."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

import models
from gql_app.database import Database, Dialect, Row, as_list
from gql_app.mirror.heard import Fetch, Reading
from gql_app.mirror.stamps import Stamps, pack, unpack
from gql_app.mirror.state import Kept, Model
from gql_app.mirror.tables import KEPT_BY_WRITER, Table, table_of
from gql_app.mirror.words import stored_words
from models import Customer
from models.base import Mirrored

MIRRORED: tuple[Model, ...] = tuple(
    model for model in (getattr(models, name) for name in models.__all__) if issubclass(model, Mirrored)
)
CHUNK = 500
NOT_COMPARED = {"id", "stamps", *KEPT_BY_WRITER}

Rows = dict[str, Kept]


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that is shown and what it should be; None also where there is no such row."""

    table: str
    id: str
    column: str
    shown: Any
    rebuilt: Any


def compared(table: Table) -> list[str]:
    """The columns that a telling sets."""
    return [column for column in table.columns if column not in NOT_COMPARED]


def differences(shown: Kept | None, rebuilt: Kept | None) -> Iterator[Difference]:
    """Every value that differs; where all are alike, the words to find them by and the tellings they come from."""
    kept = shown or rebuilt
    if kept is None:
        return
    before, after = (one.values if one else {} for one in (shown, rebuilt))
    found = [
        Difference(kept.table.name, kept.id, column, before.get(column), after.get(column))
        for column in compared(kept.table)
        if not _is_same(kept.table, column, before.get(column), after.get(column))
    ]
    yield from found
    if not found and before.get("words") != after.get("words"):
        yield Difference(kept.table.name, kept.id, "words", before.get("words"), after.get("words"))
    elif not found and (shown is None or rebuilt is None or shown.stamps != rebuilt.stamps):
        yield Difference(kept.table.name, kept.id, "stamps", _stamps(shown), _stamps(rebuilt))


def _is_same(table: Table, column: str, one: Any, other: Any) -> bool:
    """In JSON true is not 1."""
    if column not in table.json:
        return bool(one == other)
    encode = msgspec.json.encode
    return encode(one, order="deterministic") == encode(other, order="deterministic")


def _stamps(kept: Kept | None) -> str | None:
    return pack(kept.stamps, kept.table.told) if kept else None


async def rows_after(database: Database, table: Table, after: str) -> Rows:
    """The next CHUNK rows by id."""
    names = ", ".join(f'"{name}"' for name in table.columns)
    sql = f'SELECT {names} FROM "{table.name}" WHERE id > $1 ORDER BY id LIMIT {CHUNK}'
    rows = _rows(table, await database.read(sql, (after,)))
    return await _with_words(Reading(database).fetch, database.dialect, table, rows)


async def rows_by_id(fetch: Fetch, dialect: Dialect, table: Table, ids: list[str]) -> Rows:
    """Those of these rows that there are."""
    rows = _rows(table, await fetch(table.select(dialect), as_list(dialect, ids)))
    return await _with_words(fetch, dialect, table, rows)


async def _with_words(fetch: Fetch, dialect: Dialect, table: Table, rows: Rows) -> Rows:
    if table.model is Customer:
        for customer_id, words in (await stored_words(fetch, dialect, list(rows))).items():
            rows[customer_id].values["words"] = words
    return rows


def _rows(table: Table, rows: list[Row]) -> Rows:
    return {kept.id: kept for kept in (_kept(table, row) for row in rows)}


def _kept(table: Table, row: Row) -> Kept:
    """Also a row that somebody's hand made unreadable: it differs from any that was told."""
    try:
        values = table.decode(row)
    except ValueError:
        values = dict(zip(table.columns, row, strict=True))
    return Kept(table, values["id"], values, _unpacked(table, values.pop("stamps")), stored=True)


def _unpacked(table: Table, stamps: str) -> Stamps:
    try:
        return unpack(stamps, table.told)
    except (ValueError, TypeError, AttributeError):
        return {"id": stamps}


async def differing(live: Database, shadow: Database, model: Model) -> set[str]:
    """Ids of rows that are not the same in both, read in chunks while others write."""
    table, after, found = table_of(model), "", set()
    while True:
        shown, rebuilt = await rows_after(live, table, after), await rows_after(shadow, table, after)
        full = [max(rows) for rows in (shown, rebuilt) if len(rows) == CHUNK]
        end = min(full, default=None)
        for row_id in shown.keys() | rebuilt.keys():
            within = end is None or row_id <= end
            if within and any(differences(shown.get(row_id), rebuilt.get(row_id))):
                found.add(row_id)
        if end is None:
            return found
        after = end
