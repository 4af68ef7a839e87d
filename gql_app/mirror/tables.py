"""What the writer needs to know of a model: its columns, their kinds, the statements that load and keep
rows.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec

from gql_app.database import Bulk, Dialect, among
from gql_app.database.bulk import columns_of, delete, upsert
from gql_app.mirror.paths import HIDDEN, column_path
from models import Consent, LoyaltyCampaign, OrderItem, Referral
from models.base import Mirrored
from models.columns import Flag, Json

KEPT_BY_WRITER = ("version", "told_at", "received_at", "verified_at", "source", "changed")
"""Columns of a customer that no telling sets."""

RISING = ("completeness",)
"""Columns that never fall: how much we were told does not become less by being told less."""

LISTS: tuple[type[Mirrored], ...] = (LoyaltyCampaign, Referral, Consent, OrderItem)
"""Models whose rows are told as a whole list of their owner."""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A mirrored model as the writer sees it; there is one for each model."""

    model: type[Mirrored]
    name: str
    columns: tuple[str, ...]
    told: tuple[str, ...]
    json: frozenset[str]
    json_places: tuple[int, ...]
    flags: frozenset[str]
    defaults: tuple[tuple[str, Any], ...]
    owner_column: str | None
    paths: dict[str, str | None]
    """What clients call a column; None where none sees it."""

    upsert: Bulk
    """Keeps whole rows, new or known."""

    delete: Bulk
    """By id."""

    def select(self, dialect: Dialect, column: str = "id") -> str:
        """Loads the rows whose `column` is in a list of texts."""
        names = ", ".join(f'"{name}"' for name in self.columns)
        quoted = f'"{column}"'
        return f'SELECT {names} FROM "{self.name}" WHERE {among(dialect, quoted)}'

    def decode(self, row: tuple[Any, ...]) -> dict[str, Any]:
        """A stored row as plain values."""
        values = dict(zip(self.columns, row, strict=True))
        for column in self.json:
            if values[column] is not None:
                values[column] = msgspec.json.decode(values[column])
        for column in self.flags:
            if values[column] is not None:
                values[column] = bool(values[column])
        return values

    def encode(self, values: dict[str, Any]) -> tuple[Any, ...]:
        """Plain values as a row to store."""
        row = list(map(values.get, self.columns))
        for place in self.json_places:
            if row[place] is not None:
                row[place] = dumped(row[place])
        return tuple(row)


@cache
def table_of(model: type[Mirrored]) -> Table:
    """The table of a mirrored model."""
    fields = model._meta.fields_map
    columns = tuple(fields)
    kept = {"id", "stamps", *KEPT_BY_WRITER}
    lists = tuple(list_stamp(child) for child in LISTS if child.owner and child.owner[0] == model.__name__)
    return Table(
        model=model,
        name=model._meta.db_table,
        columns=columns,
        told=tuple(column for column in columns if column not in kept) + lists,
        json=frozenset(name for name, kind in fields.items() if isinstance(kind, Json)),
        json_places=tuple(at for at, name in enumerate(columns) if isinstance(fields[name], Json)),
        flags=frozenset(name for name, kind in fields.items() if isinstance(kind, Flag)),
        defaults=tuple((name, fields[name].default) for name in columns if _is_never_null(name, fields[name])),
        owner_column=model.owner[1] if model.owner else None,
        paths=dict.fromkeys(HIDDEN) | {column: column_path(model, column) for column in (*columns, *lists)},
        upsert=upsert(model._meta.db_table, columns_of(model)),
        delete=delete(model._meta.db_table, columns_of(model, "id")),
    )


def _is_never_null(name: str, column: Any) -> bool:
    """Whether a row that nobody has told this of yet holds a word for that."""
    return name != "stamps" and not column.null and column.default is not None


def dumped(value: Any) -> str:
    """Compact JSON."""
    return msgspec.json.encode(value).decode()


@cache
def list_stamp(child: type[Mirrored]) -> str:
    """Under which name an owner keeps the stamp of the last telling of a whole list."""
    return f"{child._meta.db_table}[]"


@cache
def owner_of(child: type[Mirrored]) -> type[Mirrored]:
    """The model whose rows tell this one as a list."""
    import models

    assert child.owner is not None
    owner: type[Mirrored] = getattr(models, child.owner[0])
    return owner
