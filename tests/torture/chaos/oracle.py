"""What a client must hear, from the journal alone: its rows replayed forwards into customers of our own.

Nothing here asks the service, or shares a line with it: filters are said in Python, what they mean in plain words.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from gql_app.database import open_database

ROWS = "SELECT position, customer_id, kind, version, changes FROM journal ORDER BY position"
UNDERSTOOD = "SELECT key FROM inbox WHERE verdict <> 'quarantined'"

Told = dict[str, Any]
"""A customer: each path that the journal has told of, and the value it told last."""


@dataclass(frozen=True)
class Row:
    """A change, and the customer before and after it."""

    position: int
    customer: str
    kind: str
    version: int
    before: Told
    after: Told


@dataclass(frozen=True)
class Want:
    """A question, and what its filter means."""

    name: str
    filter: dict[str, Any] | None = None
    means: Callable[[str, Told], bool] = field(default=lambda _customer, _told: True)
    kinds: tuple[str, ...] | None = None

    def sees(self, row: Row) -> str | None:
        """What this change is to who asks; None where it is nothing."""
        kind = row.kind if self.filter is None else self._crossed(row)
        return kind if self.kinds is None or kind in self.kinds else None

    def holds(self, row: Row) -> bool:
        """Whether the customer is meant after this change; without a filter all are, deleted or not."""
        return self.filter is None or self._met(row.customer, row.after)

    def _crossed(self, row: Row) -> str | None:
        met = row.version > 1 and self._met(row.customer, row.before), self._met(row.customer, row.after)
        if met == (True, False):
            return "DELETED" if row.kind == "DELETED" else "LEFT"
        if met == (False, True):
            return "CREATED" if row.kind == "CREATED" else "ENTERED"
        return row.kind if met == (True, True) else None

    def _met(self, customer: str, told: Told) -> bool:
        return told.get("deletedAt") is None and self.means(customer, told)


def _is_rich(_customer: str, told: Told) -> bool:
    return (told.get("loyalty.points") or 0) >= 100


def _is_in_segment(_customer: str, told: Told) -> bool:
    return told.get("segments.seg_1.present") is True


def _has_paid(_customer: str, told: Told) -> bool:
    orders = [
        path.removesuffix(".id") for path, value in told.items() if path.startswith("orders.") and value == "PAID"
    ]
    paid = [path.removesuffix(".status") for path in orders if path.endswith(".status")]
    return any((told.get(f"{path}.totalAmount") or 0) >= 100 for path in paid)


RICH = {"loyaltyPoints": {"gte": 100}}
PAID = {"anyOrder": {"status": ["PAID"], "totalAmount": {"gte": 100}}}
ALL = Want("everything")
WANTS = (
    Want("one customer", {"id": {"eq": "cust_3"}}, lambda customer, _told: customer == "cust_3"),
    Want("the rich", RICH, _is_rich),
    Want("a segment", {"segmentId": {"eq": "seg_1"}}, _is_in_segment),
    Want("who paid", PAID, _has_paid),
    Want("coming and going", RICH, _is_rich, ("ENTERED", "LEFT")),
    Want("beginnings and ends", kinds=("CREATED", "DELETED")),
)


async def journal_of(url: str) -> list[Row]:
    """The journal replayed; it is an error where a position is missing, or a change begins elsewhere than it ended."""
    database = await open_database(url, readers=1)
    try:
        rows = await database.read(ROWS, ())
    finally:
        await database.close()
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1)), "positions have gaps"
    return list(replayed(rows))


def replayed(rows: Iterable[tuple[Any, ...]]) -> Iterable[Row]:
    """Each change with the customer as it was and as it became."""
    customers: dict[str, Told] = {}
    versions: dict[str, int] = {}
    for position, customer, kind, version, text in rows:
        before, changes = customers.get(customer, {}), json.loads(text)
        after = before | {change["path"]: change["after"] for change in changes}
        assert version == versions.get(customer, 0) + 1, f"{position}: version {version} of {customer}"
        begun = {change["path"]: change["before"] for change in changes}
        assert begun == {path: before.get(path) for path in begun}, f"{position}: begins elsewhere"
        customers[customer], versions[customer] = after, version
        yield Row(position, customer, kind, version, before, after)


async def inbox_of(url: str) -> set[str]:
    """What was stored and understood, by key; every event here can be."""
    database = await open_database(url, readers=1)
    try:
        return {row[0] for row in await database.read(UNDERSTOOD, ())}
    finally:
        await database.close()
