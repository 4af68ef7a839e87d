"""What each field of the schema means, over rows in memory, by hand and without `gql_app.reads`."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cmp_to_key
from math import ceil
from typing import Any

from graphql import GraphQLError

from tests.reads.filter_meaning import meant
from tests.reads.grouping import groups, stats
from tests.reads.places import LISTS, Place, compared, place_in, place_of, sorts_of, ways
from tests.reads.rows import Row, Tables
from tests.reads.wording import is_found

NODES = {
    "customer": "Customer",
    "order": "Order",
    "campaign": "Campaign",
    "loyalty_tier": "LoyaltyTier",
    "loyalty_campaign": "LoyaltyCampaign",
    "redemption": "Redemption",
}
EMBEDDED = {
    *("Address", "CustomerSummary", "OrdersSummary", "RedemptionsSummary", "GiftSummary"),
    *("LoyaltyCardSummary", "CustomerLoyalty", "CustomerReferrals"),
}
SCOPES = ["customers:read", "customers:pii", "orders:read", "events:raw", "schema:read", "mirror:read"]
VIEWER: dict[str, Any] = {"subject": None, "scopes": SCOPES}
LIMITS = {
    "max_depth": 20,
    "max_cost": 10**9,
    "max_page_size": 500,
    "cost_per_minute": 2**31 - 1,
    "max_subscriptions": 100,
}


@dataclass(frozen=True)
class Thing:
    """A value of a GraphQL object type: its row, and how the columns of its fields begin."""

    kind: str
    row: Row
    prefix: str = ""


class World:
    """The rows, found by any column."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self._found: dict[tuple[str, str], dict[Any, list[Row]]] = {}

    def where(self, table: str, column: str, value: Any) -> list[Row]:
        """The rows with this value; null equals nothing."""
        if (table, column) not in self._found:
            grouped = self._found[table, column] = defaultdict(list)
            for row in self.tables[table]:
                grouped[row[column]].append(row)
        return [] if value is None else self._found[table, column].get(value, [])

    def one(self, kind: str, table: str, value: Any, column: str = "id") -> Thing | None:
        """The first of them by id."""
        rows = sorted(self.where(table, column, value), key=lambda row: row["id"])
        return Thing(kind, rows[0]) if rows else None

    def customer(self, customer_id: str | None) -> Thing | None:
        return self.one("Customer", "customer", customer_id)

    def is_living(self, customer_id: str | None) -> bool:
        found = self.customer(customer_id)
        return found is not None and found.row["deleted_at"] is None


Answer = Callable[[World, Any, dict[str, Any]], Any]
ANSWERS: dict[tuple[str, str], Answer] = {}


def answers(kind: str, *names: str) -> Callable[[Answer], Answer]:
    """Marks what a field means."""

    def register(answer: Answer) -> Answer:
        ANSWERS.update({(kind, name): answer for name in names})
        return answer

    return register


def resolve(  # noqa: PLR0917
    world: World, thing: Any, kind: str, name: str, returned: str, arguments: dict[str, Any]
) -> Any:
    """The value of a field: as written below, or by what it returns, or the column of its name."""
    if answer := ANSWERS.get((kind, name)):
        return answer(world, thing, arguments)
    if kind.endswith("Connection"):
        return _of_connection(world, thing, kind, name, arguments)
    column = thing.prefix + snake(name)
    if returned == "Money":
        return _money(thing.row, column)
    if returned in EMBEDDED:
        told = (value for at, value in thing.row.items() if at.startswith(f"{column}_"))
        return Thing(returned, thing.row, f"{column}_") if any(v is not None for v in told) else None
    return thing.row[column]


def snake(name: str) -> str:
    """The column of a field."""
    return re.sub("([A-Z])", lambda found: f"_{found[1].lower()}", name)


def _money(row: Row, column: str) -> Thing | None:
    minor = row[column]
    if minor is None:
        return None
    amount = str((Decimal(minor) / 100).quantize(Decimal("0.01")))
    return Thing("Money", {"minor_units": minor, "amount": amount, "currency": row.get("currency")})


# Lists, page by page


@dataclass(frozen=True)
class Page:
    """A stretch of a list, with what is known of the rest. Rows come with their keys."""

    every: int
    shown: list[tuple[Place, Row]]
    before: bool
    after: bool


def connection(
    kind: str, rows: Iterable[Row], arguments: dict[str, Any], path: tuple[str, str] = ("Query", "customers")
) -> Thing:
    """The connection of these rows in the order asked for, as Relay defines it."""
    sorts, table = sorts_of(arguments.get("orderBy")), LISTS[path]
    named, key = ways(table, sorts)
    order = [*named, key]

    def at(row: Row) -> list[Any]:
        return [row[way.column] for way in order]

    every = sorted(rows, key=cmp_to_key(lambda one, other: compared(at(one), at(other), order)))
    kept, bounds = every, {"after": False, "before": False}
    for name, side in (("after", 1), ("before", -1)):
        if arguments.get(name) is not None:
            place = place_in(arguments[name], *path, sorts)
            assert place is not None
            sides = [compared(at(row), place, order) * side for row in every]
            bounds[name] = any(one <= 0 for one in sides)
            beyond = [row for row, one in zip(every, sides, strict=True) if one > 0]
            kept = [row for row in kept if row in beyond]
    shown = [(place_of(row, table, sorts), row) for row in kept]
    return Thing(f"{kind}Connection", {"page": _page(len(every), shown, bounds, arguments)})


def _page(
    every: int,
    kept: list[tuple[Place, Row]],
    bounds: dict[str, bool],
    arguments: dict[str, Any],
) -> Page:
    last = arguments.get("last")
    if last is not None:
        return Page(every, kept[len(kept) - last :] if last < len(kept) else kept, last < len(kept), bounds["before"])
    first = arguments.get("first")
    size = 20 if first is None else first
    return Page(every, kept[:size], bounds["after"], size < len(kept))


def _of_connection(world: World, thing: Thing, kind: str, name: str, arguments: dict[str, Any]) -> Any:
    page: Page = thing.row["page"]
    item = kind.removesuffix("Connection")
    if name == "nodes":
        return [Thing(item, row) for _, row in page.shown]
    if name == "edges":
        return [Thing(f"{item}Edge", {"cursor": place, "row": row}) for place, row in page.shown]
    if name == "totalCount":
        cap = 10_000 if arguments.get("cap") is None else arguments["cap"]
        return Thing("Count", {"value": min(page.every, cap), "exact": page.every <= cap})
    if name == "snapshotCursor":
        return _mirror(world)["cursor"]
    ends: list[Place | None] = [place for place, _ in page.shown] or [None]
    info = {"has_next_page": page.after, "has_previous_page": page.before}
    return Thing("PageInfo", info | {"start_cursor": ends[0], "end_cursor": ends[-1]})


def _node_of_edge(kind: str) -> Answer:
    return lambda world, edge, arguments: Thing(kind, edge.row["row"])


for edge_of in ("Customer", "Order", "Redemption", "Activity", "Campaign", "LoyaltyCampaign"):
    ANSWERS[f"{edge_of}Edge", "node"] = _node_of_edge(edge_of)


@answers("LoyaltyCampaignEdge", "customer")
def _member(world: World, edge: Thing, arguments: dict[str, Any]) -> Any:
    return world.customer(edge.row["row"]["customer_id"])


# Roots


def _node(world: World, wanted: str) -> Thing | None:
    for row in world.tables["inbox"]:
        if wanted == f"act_{row['id']}":
            return Thing("Activity", row)
    found = (world.one(kind, table, wanted) for table, kind in NODES.items())
    return next((thing for thing in found if thing), None)


@answers("Query", "node")
def _one_node(world: World, root: None, arguments: dict[str, Any]) -> Any:
    return _node(world, arguments["id"])


@answers("Query", "nodes")
def _several_nodes(world: World, root: None, arguments: dict[str, Any]) -> Any:
    return [_node(world, wanted) for wanted in arguments["ids"]]


@answers("Query", "customer")
def _customer(world: World, root: None, arguments: dict[str, Any]) -> Any:
    ((name, value),) = arguments["by"].items()
    if name == "id":
        return world.customer(value)
    living = [row for row in world.where("customer", snake(name), value) if row["deleted_at"] is None]
    if name == "email" and len(living) > 1:
        raise GraphQLError("Several customers have this e-mail address.")
    living.sort(key=lambda row: row["id"])
    living.sort(key=lambda row: row["created_at"] or "", reverse=True)
    return Thing("Customer", living[0]) if living else None


@answers("Query", "customers")
def _customers(world: World, root: None, arguments: dict[str, Any]) -> Any:
    found = meant(world.where, world.tables["customer"], arguments.get("filter"), keeps_deleted=False)
    rows = [row for row in found if is_found(row, arguments.get("search") or "")]
    return connection("Customer", rows, arguments)


@answers("Query", "customersAggregate")
def _grouped(world: World, root: None, arguments: dict[str, Any]) -> Any:
    rows = meant(world.where, world.tables["customer"], arguments.get("filter"), keeps_deleted=False)
    first = 100 if arguments.get("first") is None else arguments["first"]
    return [
        Thing("CustomerAggregate", one) for one in groups(world.where, rows, arguments.get("groupBy") or [])[:first]
    ]


@answers("CustomerAggregate", "group")
def _keys(world: World, thing: Thing, arguments: dict[str, Any]) -> Any:
    return [Thing("GroupKey", key) for key in thing.row["group"]]


def _stats(column: str) -> Answer:
    def answer(world: World, thing: Thing, arguments: dict[str, Any]) -> Any:
        values = [row[column] for row in thing.row["rows"] if row[column] is not None]
        return Thing("LongStats", stats(values)) if values else None

    return answer


ANSWERS["CustomerAggregate", "loyaltyPoints"] = _stats("loyalty_points")
ANSWERS["CustomerAggregate", "ordersTotalAmount"] = _stats("summary_orders_total_amount")
ANSWERS["CustomerAggregate", "ordersTotalCount"] = _stats("summary_orders_total_count")


@answers("Query", "order")
def _order(world: World, root: None, arguments: dict[str, Any]) -> Any:
    return world.one("Order", "order", arguments["id"])


@answers("Query", "orders")
def _orders(world: World, root: None, arguments: dict[str, Any]) -> Any:
    rows = meant(world.where, world.tables["order"], arguments.get("filter"), keeps_deleted=True)
    return connection("Order", rows, arguments, ("Query", "orders"))


@answers("Query", "campaign")
def _campaign(world: World, root: None, arguments: dict[str, Any]) -> Any:
    given = {name: value for name, value in arguments.items() if value is not None}
    rows = [row for row in world.tables["campaign"] if all(row[name] == v for name, v in given.items())]
    return Thing("Campaign", min(rows, key=lambda row: row["id"])) if rows else None


@answers("Query", "campaigns")
def _campaigns(world: World, root: None, arguments: dict[str, Any]) -> Any:
    return connection("Campaign", world.tables["campaign"], arguments, ("Query", "campaigns"))


@answers("Query", "viewer")
def _viewer(world: World, root: None, arguments: dict[str, Any]) -> Any:
    return Thing("Viewer", VIEWER)


@answers("Viewer", "limits")
def _limits(world: World, viewer: Thing, arguments: dict[str, Any]) -> Any:
    return Thing("Limits", LIMITS)


@answers("Query", "mirror")
def _whole_mirror(world: World, root: None, arguments: dict[str, Any]) -> Any:
    return Thing("Mirror", _mirror(world))


def _mirror(world: World) -> Row:
    (state,) = world.tables["mirror_state"]
    epoch, silent = state["epoch"], state.get("silent_since")
    return state | {
        "cursor": f"{epoch}.all.{state['position']}",
        "oldest_replayable": f"{epoch}.all.{state['oldest_position']}",
        "lag_p95_seconds": _lag(world),
        "healthy": silent is None or silent != state["last_event_at"],
    }


def _lag(world: World) -> float | None:
    told = [row for row in world.tables["journal"] if row["occurred_at"] is not None]
    latest = sorted(told, key=lambda row: row["position"])[-200:]
    recent = [row for row in latest if row["source"] == "WEBHOOK"]
    lags = sorted(_moment(row["recorded_at"]) - _moment(row["occurred_at"]) for row in recent)
    if not lags:
        return None
    return round(lags[ceil(len(lags) * 95 / 100) - 1], 3)


def _moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


# Customers


def _beneath(table: str, kind: str, order: str, owner: str = "customer_id") -> Answer:
    """All rows that belong to the thing."""

    def answer(world: World, thing: Thing, arguments: dict[str, Any]) -> Any:
        rows = world.where(table, owner, thing.row["id"])
        return [Thing(kind, row) for row in sorted(rows, key=lambda row: row[order])]

    return answer


ANSWERS["Customer", "consents"] = _beneath("consent", "CustomerConsent", "consent_id")
ANSWERS["CustomerLoyalty", "campaigns"] = _beneath("loyalty_campaign", "LoyaltyCampaign", "name")
ANSWERS["CustomerReferrals", "campaigns"] = _beneath("referral", "Referral", "position")
ANSWERS["Order", "items"] = _beneath("order_item", "OrderItem", "position", "order_id")


@answers("Customer", "segments")
def _segments(world: World, thing: Thing, arguments: dict[str, Any]) -> Any:
    every: list[Thing] = _beneath("customer_segment", "CustomerSegment", "segment_id")(world, thing, {})
    return [segment for segment in every if segment.row["present"]]


@answers("CustomerSegment", "id")
def _segment_id(world: World, thing: Thing, arguments: dict[str, Any]) -> Any:
    return thing.row["segment_id"]


@answers("CustomerSegment", "name")
def _segment_name(world: World, thing: Thing, arguments: dict[str, Any]) -> Any:
    found = world.where("segment", "id", thing.row["segment_id"])
    return found[0]["name"] if found else None


@answers("CustomerConsent", "id")
def _consent_id(world: World, thing: Thing, arguments: dict[str, Any]) -> Any:
    return thing.row["consent_id"]


@answers("CustomerLoyalty", "campaign")
def _standing(world: World, thing: Thing, arguments: dict[str, Any]) -> Any:
    rows = world.where("loyalty_campaign", "customer_id", thing.row["id"])
    return next((Thing("LoyaltyCampaign", row) for row in rows if row["name"] == arguments["name"]), None)


@answers("Customer", "freshness")
def _freshness(world: World, thing: Thing, arguments: dict[str, Any]) -> Any:
    row = thing.row
    completeness = {2: "FULL", 1: "PARTIAL"}.get(row["completeness"], "STUB")
    received = row["received_at"] or "1970-01-01T00:00:00.000Z"
    told = {"completeness": completeness, "received_at": received, "source": row["source"] or "WEBHOOK"}
    return Thing("Freshness", row | told)


@answers("Customer", "referred")
def _referred(world: World, thing: Thing, arguments: dict[str, Any]) -> Any:
    friends = {row["customer_id"] for row in world.where("referral", "referrer_id", thing.row["id"])}
    rows = [row for row in world.tables["customer"] if row["id"] in friends and row["deleted_at"] is None]
    return connection("Customer", rows, arguments)


@answers("Customer", "orders")
def _orders_of(world: World, thing: Thing, arguments: dict[str, Any]) -> Any:
    placed = world.where("order", "customer_id", thing.row["id"])
    rows = meant(world.where, placed, arguments.get("filter"), keeps_deleted=True)
    return connection("Order", rows, arguments, ("Customer", "orders"))


@answers("Customer", "redemptions")
def _redemptions_of(world: World, thing: Thing, arguments: dict[str, Any]) -> Any:
    rows = world.where("redemption", "customer_id", thing.row["id"])
    return connection("Redemption", rows, arguments, ("Customer", "redemptions"))


@answers("Order", "redemptions")
def _redemptions_with(world: World, thing: Thing, arguments: dict[str, Any]) -> Any:
    rows = world.where("redemption", "order_id", thing.row["id"])
    return connection("Redemption", rows, arguments, ("Order", "redemptions"))


@answers("Customer", "activity")
def _activity(world: World, thing: Thing, arguments: dict[str, Any]) -> Any:
    rows = [r for r in world.where("inbox", "customer_id", thing.row["id"]) if r["verdict"] != "quarantined"]
    if arguments.get("types") is not None:
        rows = [row for row in rows if row["event_type"] in arguments["types"]]
    return connection("Activity", rows, arguments, ("Customer", "activity"))


def _metadatum(world: World, thing: Thing, arguments: dict[str, Any]) -> Any:
    metadata = thing.row["metadata"]
    return metadata.get(arguments["key"]) if isinstance(metadata, dict) else None


def _metadata(world: World, thing: Thing, arguments: dict[str, Any]) -> Any:
    metadata, keys = thing.row["metadata"], arguments.get("keys")
    entries = sorted(metadata.items()) if isinstance(metadata, dict) else []
    kept = [(key, value) for key, value in entries if keys is None or key in keys]
    return [Thing("MetadataEntry", {"key": key, "value": value}) for key, value in kept]


for described in ("Customer", "Order"):
    ANSWERS[described, "metadatum"] = _metadatum
    ANSWERS[described, "metadata"] = _metadata


# What points at something else


def _pointed(kind: str, table: str, column: str) -> Answer:
    return lambda world, thing, arguments: world.one(kind, table, thing.row[column])


for holder, name, pointed in (
    ("Order", "customer", ("Customer", "customer", "customer_id")),
    ("Order", "referrer", ("Customer", "customer", "referrer_id")),
    ("Referral", "referrer", ("Customer", "customer", "referrer_id")),
    ("Redemption", "campaign", ("Campaign", "campaign", "campaign_id")),
    ("Redemption", "order", ("Order", "order", "order_id")),
    ("Redemption", "customer", ("Customer", "customer", "customer_id")),
    ("Activity", "campaign", ("Campaign", "campaign", "campaign_id")),
    ("Activity", "order", ("Order", "order", "order_id")),
    ("Activity", "redemption", ("Redemption", "redemption", "redemption_id")),
    ("LoyaltyCampaign", "tier", ("LoyaltyTier", "loyalty_tier", "tier_id")),
):
    ANSWERS[holder, name] = _pointed(*pointed)


@answers("LoyaltyCampaign", "campaign")
def _campaign_of(world: World, thing: Thing, arguments: dict[str, Any]) -> Any:
    return world.one("Campaign", "campaign", thing.row["name"], "name")


# Campaigns


def _members_of(world: World, campaign: Row) -> list[Row]:
    standings = world.where("loyalty_campaign", "name", campaign["name"])
    return [row for row in standings if world.is_living(row["customer_id"])]


@answers("Campaign", "members")
def _members(world: World, thing: Thing, arguments: dict[str, Any]) -> Any:
    return connection("LoyaltyCampaign", _members_of(world, thing.row), arguments, ("Campaign", "members"))


@answers("Campaign", "totals")
def _totals(world: World, thing: Thing, arguments: dict[str, Any]) -> Any:
    rows = _members_of(world, thing.row)
    sums = {name: str(sum(row[name] or 0 for row in rows)) for name in ("points", "referred_customers")}
    return Thing("CampaignTotals", sums | {"members": len(rows)})


# Activity


@answers("Activity", "id")
def _activity_id(world: World, thing: Thing, arguments: dict[str, Any]) -> Any:
    return f"act_{thing.row['id']}"


@answers("Activity", "type")
def _activity_type(world: World, thing: Thing, arguments: dict[str, Any]) -> Any:
    return thing.row["event_type"]


@answers("Activity", "data")
def _data(world: World, thing: Thing, arguments: dict[str, Any]) -> Any:
    if thing.row["verdict"] == "quarantined" or not thing.row["is_strict"]:
        return None
    said = json.loads(bytes(thing.row["body"]))
    is_envelope = isinstance(said.get("event"), dict) and isinstance(said.get("data"), dict)
    return said["data"] if is_envelope else said
