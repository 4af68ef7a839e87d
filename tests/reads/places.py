"""Where rows stand in an order, and the cursors that say so: written down once more, without `gql_app.reads`."""

import json
from dataclasses import dataclass
from typing import Any

from tests.reads.rows import Row

LISTS = {
    ("Query", "customers"): "customer",
    ("Customer", "referred"): "customer",
    ("Query", "orders"): "order",
    ("Customer", "orders"): "order",
    ("Customer", "redemptions"): "redemption",
    ("Order", "redemptions"): "redemption",
    ("Customer", "activity"): "inbox",
    ("Query", "campaigns"): "campaign",
    ("Campaign", "members"): "loyalty_campaign",
}
KEYS = {"inbox": ("id", True), "loyalty_campaign": ("customer_id", False)}
COLUMNS = {
    "LOYALTY_POINTS": "loyalty_points",
    "ORDERS_TOTAL_AMOUNT": "summary_orders_total_amount",
    "ORDERS_TOTAL_COUNT": "summary_orders_total_count",
    "LAST_ORDER_DATE": "summary_orders_last_order_date",
}
NUMBERS = {"LOYALTY_POINTS", "ORDERS_TOTAL_AMOUNT", "ORDERS_TOTAL_COUNT", "CHANGED", "TOTAL_AMOUNT", "POINTS"}


def sorts_of(asked: Any) -> list[dict[str, Any]]:
    """The sorts of an orderBy, one or a list of them."""
    return [asked] if isinstance(asked, dict) else asked or []


def column_of(field: str) -> str:
    """The column that a sort field stands for."""
    return COLUMNS.get(field, field.lower())


@dataclass(frozen=True)
class Way:
    """A column, whether it goes down, and whether nulls come first."""

    column: str
    descending: bool
    nulls_first: bool
    is_number: bool = False

    @property
    def words(self) -> str:
        """As a cursor says it."""
        down, nulls = ("desc" if self.descending else "asc"), ("first" if self.nulls_first else "last")
        return f"{self.column} {down} {nulls}"


def ways(table: str, sorts: list[dict[str, Any]]) -> tuple[list[Way], Way]:
    """The columns to sort by, and the key that comes last."""
    key, is_number = KEYS.get(table, ("id", False))
    named = []
    for sort in sorts:
        down, column = sort["direction"] == "DESC", column_of(sort["field"])
        if column == key:
            return named, Way(key, down, False, is_number)
        named.append(Way(column, down, sort.get("nulls") == "FIRST", sort["field"] in NUMBERS))
    return named, Way(key, named[-1].descending if named else table == "inbox", False, is_number)


def mark_of(table: str, sorts: list[dict[str, Any]]) -> str:
    """What the cursors of a list in an order begin with."""
    named, key = ways(table, sorts)
    if not named and key.descending is (table == "inbox"):
        return f"{table}:"
    last = f"{key.column} {'desc' if key.descending else 'asc'}"
    return f"{table} {','.join([*(way.words for way in named), last])}:"


def place_in(cursor: str, kind: str, name: str, sorts: list[dict[str, Any]]) -> list[Any] | None:
    """The values that a cursor says, the key last; None where it is none of this list in this order."""
    table = LISTS[kind, name]
    try:
        said = bytes.fromhex(cursor).decode()
        mark = mark_of(table, sorts)
        values = _values(said.removeprefix(mark), *ways(table, sorts)) if said.startswith(mark) else None
    except ValueError:
        return None
    return values


def _values(said: str, named: list[Way], key: Way) -> list[Any] | None:
    if named:
        values = json.loads(f"[{said}]")
        return values if len(values) == len(named) + 1 else None
    if not key.is_number:
        return None if "\0" in said else [said]
    return [int(said)] if said.isascii() and said.isdigit() and len(said) <= 18 else None


class Place(str):
    """A cursor that says this place; how its JSON spells a text is left open."""

    mark: str
    values: tuple[Any, ...]

    def is_said_by(self, cursor: Any) -> bool:
        """Whether the cursor stands for this place."""
        said = bytes.fromhex(cursor).decode()
        if not said.startswith(self.mark):
            return False
        rest = said.removeprefix(self.mark)
        return rest == str(self.values[0]) if len(self.values) == 1 else json.loads(f"[{rest}]") == list(self.values)


def place_of(row: Row, table: str, sorts: list[dict[str, Any]]) -> Place:
    """A row's place."""
    named, key = ways(table, sorts)
    place = Place(f"{table} {row[key.column]}")
    place.mark, place.values = mark_of(table, sorts), tuple(row[way.column] for way in (*named, key))
    return place


def compared(one: list[Any], other: list[Any], all_ways: list[Way]) -> int:
    """Which of two places comes first: negative, zero or positive."""
    for way, left, right in zip(all_ways, one, other, strict=True):
        if left == right:
            continue
        if left is None or right is None:
            return -1 if (left is None) is way.nulls_first else 1
        return (-1 if left < right else 1) * (-1 if way.descending else 1)
    return 0
