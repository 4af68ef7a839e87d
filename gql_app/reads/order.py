"""In which order a list stands: by columns, and last by a key that is unique in it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from gql_app.errors import BadArgument
from gql_app.reads.declare import Page
from models.base import Model
from models.columns import Long

LOWEST = {"text": "''", "bigint": "-9223372036854775807"}
"""No stored value is lower; a range that begins here is an index's part without nulls, on SQLite too."""


@dataclass(frozen=True, slots=True)
class Key:
    """A column to sort by, and where its nulls stand."""

    column: str
    type: str
    descending: bool = False
    nulls_first: bool = False
    nullable: bool = True

    def turned(self) -> "Key":
        """The same the other way round."""
        return replace(self, descending=not self.descending, nulls_first=not self.nulls_first)

    @property
    def way(self) -> str:
        """ASC or DESC."""
        return "DESC" if self.descending else "ASC"

    @property
    def sign(self) -> str:
        """How later values compare with earlier ones."""
        return "<" if self.descending else ">"


@dataclass(frozen=True, slots=True)
class Order:
    """The columns to sort by, and the key that tells equals apart. The key goes the last column's way, so that one
    index serves both directions. A list's own order is the one it has where nothing is asked.
    """

    keys: tuple[Key, ...]
    key: Key
    is_own: bool = False

    def turned(self) -> "Order":
        """The same read backwards."""
        return Order(tuple(key.turned() for key in self.keys), self.key.turned())

    @property
    def mark(self) -> str:
        """What its cursors begin with, as in `name asc last,id asc`."""
        said = [f"{key.column} {key.way.lower()} {'first' if key.nulls_first else 'last'}" for key in self.keys]
        return ",".join([*said, f"{self.key.column} {self.key.way.lower()}"])

    def within(self, alias: str) -> str:
        """The order among rows whose first column is null in all of them or in none."""
        first = [f"{alias}.{key.column} {key.way}" for key in self.keys[:1]]
        return ", ".join([*first, *self._by(alias, self.keys[1:])])

    def by(self, alias: str) -> str:
        """The order among any rows."""
        return ", ".join(self._by(alias, self.keys))

    def _by(self, alias: str, keys: Sequence[Key]) -> list[str]:
        said = [f"{alias}.{key.column} {key.way}{_nulls(key)}" for key in keys]
        return [*said, f"{alias}.{self.key.column} {self.key.way}"]


def _nulls(key: Key) -> str:
    return f" NULLS {'FIRST' if key.nulls_first else 'LAST'}" if key.nullable else ""


def order_of(kind: Page, asked: Any, model: type[Model], field: str) -> Order:
    """The order that the arguments ask for; raises BadArgument where a column is named twice."""
    unique = Key(kind.key, "bigint" if kind.is_number else "text", kind.newest_first, nullable=False)
    sorts = [asked] if isinstance(asked, dict) else asked or []
    columns = [sort["field"].value for sort in sorts]
    if twice := next((sort for sort in sorts if columns.count(sort["field"].value) > 1), None):
        raise BadArgument(f"{field}: orderBy names {twice['field'].name} twice; once says it all.")
    keys = [_key(sort, model) for sort in sorts]
    if unique.column in columns:
        place = columns.index(unique.column)
        keys, unique = keys[:place], replace(unique, descending=keys[place].descending)
    elif keys:
        unique = replace(unique, descending=keys[-1].descending)
    return Order(tuple(keys), unique, not keys and unique.descending is kind.newest_first)


def _key(sort: dict[str, Any], model: type[Model]) -> Key:
    column, nulls = sort["field"].value, sort.get("nulls")
    kind = model._meta.fields_map[column]
    return Key(
        column=column,
        type="bigint" if isinstance(kind, Long) else "text",
        descending=sort["direction"].value == "DESC",
        nulls_first=nulls is not None and nulls.value == "FIRST",
        nullable=kind.null,
    )
