"""What is true: the customers, orders and campaigns of a shop, and what happened to them."""

import copy
from bisect import bisect_left, insort
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec

from tests.stage import payload

SECOND = 1_000_000
BEGIN = 1_767_225_600 * SECOND
"""2026-01-01."""

LAG = 10 * SECOND
"""After so long aggregates follow: 7 to 19 s were seen."""

SAMPLE = payload("rest/customers/get.customers.200.Example")["customers"][0]
ORDER = payload("rest/orders/get.orders.200.Example")["orders"][0]


def moment(micros: int) -> str:
    """As Voucherify writes most of its times."""
    seconds, rest = divmod(micros, SECOND)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest // 1000:03d}Z"


@dataclass
class Happened:
    """An event as Voucherify would send it."""

    type: str
    data: dict[str, Any]
    at: int
    number: int


@dataclass
class Noun:
    """Things of one kind, and the orders in which they are listed."""

    all: dict[str, dict[str, Any]] = field(default_factory=dict)
    raw: dict[str, bytes] = field(default_factory=dict)
    sorted_by: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    keys: dict[tuple[str, str], str] = field(default_factory=dict)

    def put(self, said: dict[str, Any]) -> None:
        """Makes it so, and lists it anew."""
        self.all[said["id"]] = said
        self.raw.pop(said["id"], None)
        for axis in ("created_at", "updated_at", "source_id"):
            self._list(axis, said["id"], said.get(axis))

    def drop(self, one: str) -> None:
        """Shows it no more."""
        for axis in ("created_at", "updated_at", "source_id"):
            self._list(axis, one, None)
        del self.all[one]

    def _list(self, axis: str, one: str, key: str | None) -> None:
        known = self.keys.pop((axis, one), None)
        if known is not None:
            listed = self.sorted_by[axis]
            del listed[bisect_left(listed, (known, one))]
        if key is not None:
            self.keys[axis, one] = key
            insort(self.sorted_by[axis], (key, one))

    def body(self, one: str) -> bytes:
        """Its JSON."""
        if one not in self.raw:
            self.raw[one] = msgspec.json.encode(self.all[one])
        return self.raw[one]


@dataclass
class Shop:
    """The truth, and the events that tell of it; `now` is microseconds since 1970, UTC, and is moved by hand."""

    now: int = BEGIN
    customers: Noun = field(default_factory=Noun)
    orders: Noun = field(default_factory=Noun)
    campaigns: Noun = field(default_factory=Noun)
    tiers: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    actions: list[dict[str, Any]] = field(default_factory=list)
    events: list[Happened] = field(default_factory=list)
    later: list[tuple[int, str, dict[str, Any]]] = field(default_factory=list)
    count: int = 0
    told: int = 0

    def pass_time(self, seconds: float) -> None:
        """Lets aggregates follow that are due."""
        self.now += int(seconds * SECOND)
        due = [one for one in self.later if one[0] <= self.now]
        self.later = [one for one in self.later if one[0] > self.now]
        for at, customer_id, news in due:
            if customer_id in self.customers.all:
                self._change(customer_id, news, at)

    def join(self, at: int | None = None, **said: Any) -> str:
        """Somebody new, of whom an event tells."""
        self.count += 1
        self.now += 1000
        customer = SAMPLE | {
            "id": f"cust_{self.count:08d}",
            "source_id": f"source_{self.count}",
            "name": f"Bob {self.count}",
            "email": f"bob.{self.count}@example.test",
            "created_at": moment(at or self.now),
            "updated_at": moment(at or self.now),
        }
        customer |= said
        self.customers.put({name: value for name, value in customer.items() if value is not None})
        self.tell("customer.created", {"customer": self.customers.all[customer["id"]]})
        return str(customer["id"])

    def change(self, customer_id: str, **news: Any) -> None:
        """A change of which an event tells."""
        self.now += 1000
        self._change(customer_id, news, self.now)
        self.tell("customer.updated", {"customer": self.customers.all[customer_id]})

    def change_silently(self, *customer_ids: str, **news: Any) -> None:
        """A bulk update: no event, but an entry in the log of asynchronous actions."""
        self.now += 1000
        for customer_id in customer_ids:
            self._change(customer_id, news, self.now)
        self._log("CUSTOMERS.BULK_UPDATE")

    def recount(self, customer_id: str, points: int) -> None:
        """Aggregates that change without anything that says so, not even `updated_at`."""
        customer = copy.deepcopy(self.customers.all[customer_id])
        customer["loyalty"]["points"] = points
        self.customers.put(customer)

    def leave(self, customer_id: str, is_told: bool = True) -> None:
        """A deletion: the customer is renamed in the event, and found no more."""
        self.now += 1000
        customer = self.customers.all[customer_id]
        self.customers.drop(customer_id)
        last = {"source_id": f"{customer.get('source_id')}_deleted{moment(self.now)}", "updated_at": moment(self.now)}
        if is_told:
            self.tell("customer.deleted", {"customer": customer | last})

    def buy(self, customer_id: str, amount: int, is_told: bool = True) -> str:
        """An order; what it adds up to follows later."""
        self.count += 1
        self.now += 1000
        order = copy.deepcopy(ORDER) | {
            "id": f"ord_{self.count:08d}",
            "amount": amount,
            "total_amount": amount,
            "customer": {"id": customer_id, "object": "customer"},
            "customer_id": customer_id,
            "created_at": moment(self.now),
            "updated_at": moment(self.now),
        }
        self.orders.put(order)
        customer = self.customers.all[customer_id]
        summary = copy.deepcopy(customer["summary"])
        summary["orders"]["total_count"] += 1
        summary["orders"]["total_amount"] += amount
        self.later.append((self.now + LAG, customer_id, {"summary": summary}))
        if is_told:
            simple = {name: customer.get(name) for name in ("id", "source_id", "name", "email", "metadata")}
            self.tell("customer.order.paid", {"order": order, "customer": simple | {"object": "customer"}})
        return str(order["id"])

    def tell(self, event_type: str, data: dict[str, Any]) -> None:
        """Takes an event down as it is now."""
        self.told += 1
        self.events.append(Happened(event_type, copy.deepcopy(data), self.now, self.told))

    def _change(self, customer_id: str, news: dict[str, Any], at: int) -> None:
        said = self.customers.all[customer_id] | news | {"updated_at": moment(at)}
        self.customers.put({name: value for name, value in said.items() if value is not None})

    def _log(self, action: str) -> None:
        said = {"id": f"aa_{len(self.actions):018d}", "type": action, "status": "DONE", "progress": 100}
        at = moment(self.now)
        self.actions.insert(0, said | {"created_at": at, "updated_at": at, "object": "async_action"})
