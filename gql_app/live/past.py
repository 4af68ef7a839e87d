"""What customers were: their records as they stand, and the journal's before-values folded back over them.

A record has the columns by name and, under the name of each table beneath, a list of such records (`reads.predicate`).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gql_app.mirror.places import IDENTITY, Place, place_of
from models import Customer
from models.base import Beneath, Mirrored

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Noted:
    """A change as the journal has it."""

    position: int
    kind: str
    version: int
    changes: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Turn:
    """A change of a customer, and the record before and after it; None where there was no customer yet."""

    position: int
    customer: str
    kind: str
    before: Record | None
    after: Record


def turns_of(customer: str, record: Record, noted: Iterable[Noted]) -> Iterator[Turn]:
    """Backwards from the record as it stands, through changes given newest first."""
    after = record
    for change in noted:
        before = undone(after, change.changes)
        yield Turn(change.position, customer, change.kind, None if change.version == 1 else before, after)
        after = before


def undone(record: Record, changes: Iterable[Mapping[str, Any]]) -> Record:
    """The record before these changes; what it does not look at is passed over."""
    past = dict(record)
    found = [(place, change["before"]) for change in changes if (place := place_of(change["path"])) is not None]
    for place, before in sorted(found, key=_rows_last):
        _undo(past, place, before)
    return past


def _rows_last(found: tuple[Place, Any]) -> bool:
    return found[0].model is not Customer and found[0].column == IDENTITY


def _undo(past: Record, place: Place, before: Any) -> None:
    if place.model is Customer:
        past[place.column] = before
        return
    rows = _rows(past, place)
    if rows is None:
        return
    row = _row(rows, place)
    if place.column == IDENTITY and before is None:
        rows.remove(row)
    else:
        row[place.column] = before


def _rows(past: Record, place: Place) -> list[Record] | None:
    """A list of copies to change, in the record that owns it; None where the record does not have the table."""
    owner, table = past, place.model._meta.db_table
    if place.model.owner is not None and place.model.owner[0] != Customer.__name__:
        outer = _owner(place)
        within = _rows(past, outer)
        if within is None:
            return None
        owner = _row(within, outer)
    if table not in owner:
        return None
    rows: list[Record] = [dict(row) for row in owner[table]]
    owner[table] = rows
    return rows


def _owner(place: Place) -> Place:
    """The row that tells this one as part of a list."""
    import models

    assert place.model.owner is not None
    name, column = place.model.owner
    model: type[Mirrored] = getattr(models, name)
    return Place(model, ((IDENTITY, dict(place.row)[column]),), IDENTITY)


def _row(rows: list[Record], place: Place) -> Record:
    """The row that the place is in, added where it was not there any more."""
    for row in rows:
        if all(str(row.get(column)) == said for column, said in place.row):
            return row
    added: Record = dict.fromkeys(place.model._meta.fields_map) | dict(place.row)
    added |= {model._meta.db_table: [] for model in Beneath.__subclasses__()}
    rows.append(added)
    return added
