"""Every field of every type for every set of scopes: nothing is readable that the rules do not let read."""

from dataclasses import dataclass
from typing import Any

import pytest
import strawberry

from gql_app.reads.declare import Column, described, shown
from gql_app.reads.rules import Rules, Unruled
from gql_app.schema.build import build_schema
from gql_app.schema.roots import root
from gql_app.viewers.viewer import SCOPES, Bound, Sight
from tests.reads.telling import told
from tests.sight.asking import all_but, answer, ask, bound, may
from tests.sight.canaries import Found, found_in, mark
from tests.sight.paths import AFTER, Way, fields, questions
from tests.stage import Stage

SCHEMA = build_schema()._schema

C, P, O, R, M = "customers:read", "customers:pii", "orders:read", "events:raw", "mirror:read"  # noqa: E741
NOTHING: list[set[str]] = [set()]
TYPES: dict[str, list[set[str]]] = {
    **{key: [{C}] for key in ("Customer", "CustomerConnection", "CustomerEdge", "CustomerSegment", "CustomerConsent")},
    **{key: [{C}] for key in ("LoyaltyCampaign", "LoyaltyCampaignConnection", "LoyaltyCampaignEdge", "Referral")},
    **{key: [{C}] for key in ("Activity", "ActivityConnection", "ActivityEdge", "CustomerAggregate", "CampaignTotals")},
    **{key: [{C}] for key in ("CustomerChange", "CustomerChangePage", "FeedGap", "FeedProgress", "FeedSnapshotEnd")},
    **{key: [{O}] for key in ("Order", "OrderConnection", "OrderEdge", "OrderItem", "CustomerSummary")},
    **{key: [{O}] for key in ("Redemption", "RedemptionConnection", "RedemptionEdge")},
    **{key: [{C}, {O}] for key in ("Campaign", "CampaignConnection", "CampaignEdge", "LoyaltyTier")},
    "Mirror": [{M}],
    "Viewer": NOTHING,
}
"""What each type needs, one of several sets; all of its fields need it unless they need more."""

FIELDS: dict[tuple[str, str], set[str]] = {
    **{("Customer", name): {P} for name in ("name", "email", "phone", "birthdate", "address")},
    **{(kind, "unknownFields"): {R} for kind in ("Customer", "Order", "OrderItem", "LoyaltyCampaign")},
    ("Activity", "data"): {R},
    ("CustomerAggregate", "ordersTotalAmount"): {O},
    ("CustomerAggregate", "ordersTotalCount"): {O},
}
"""The fields that need more."""

PARTS = {
    *("Address", "CustomerLoyalty", "CustomerReferrals", "OrdersSummary", "Freshness", "GiftSummary"),
    *("LoyaltyCardSummary", "Money", "MetadataEntry", "PageInfo", "Count", "GroupKey", "LongStats", "Limits"),
    *("FieldChange", "SourceEvent", "RedemptionsSummary"),
}
"""Types that are part of others, and need what those need."""

PERSONAL = {"name", "email", "phone", "birthdate"}
TABLES = {"order": {O}, "order_item": {O}, "redemption": {O}, "inbox": {C, R}}
NOBODYS = {"campaign", "loyalty_tier", "segment"}
SHOWN_NOWHERE = ("redemption", "consent", "segment", "campaign", "loyalty_tier", "customer_segment", "referral")
UNSEEN = {("journal", "changes"), *((table, "unknown_fields") for table in SHOWN_NOWHERE)}
"""Columns that no field shows; what is within the journal's changes bears the marks of what it is about."""


def needed(table: str, column: str) -> set[str]:
    """What it takes to read a column, whichever way."""
    needs = set(TABLES.get(table, {C}))
    if table == "customer" and (column in PERSONAL or column.startswith("address_")):
        needs |= {P}
    if table == "customer" and column.startswith("summary_"):
        needs |= {O}
    return needs | ({R} if column == "unknown_fields" else set())


def may_have(way: Way, scopes: frozenset[str]) -> bool:
    """Whether the rules let somebody with these scopes have the field at the end."""
    return all(_may_step(step.kind, step.name, scopes) for step in way.steps)


def _may_step(kind: str, name: str, scopes: frozenset[str]) -> bool:
    if not FIELDS.get((kind, name), set()) <= scopes:
        return False
    returned = str(fields(SCHEMA, kind)[name].type).strip("[]!")
    if returned in ("Node", "FeedItem"):
        possible = [one.name for one in SCHEMA.get_possible_types(SCHEMA.type_map[returned])]  # type: ignore[arg-type]
        return any(_may_type(one, scopes) for one in possible)
    return returned not in TYPES or _may_type(returned, scopes)


def _may_type(kind: str, scopes: frozenset[str]) -> bool:
    return any(needs <= scopes for needs in TYPES[kind])


SIGHTS = (
    *(may(), Sight()),
    *(may(scope) for scope in SCOPES),
    *(all_but(scope) for scope in SCOPES),
    *(bound("cust_odd00"), bound("src_1", "source_id"), bound("cust_who_never_was")),
    Sight(frozenset({O}), Bound("id", "cust_odd00")),
)
ASKED = tuple(questions(SCHEMA))
OWNERS = {"cust_odd00": {"cust_odd00"}, "src_1": {"cust_odd03"}, "cust_who_never_was": set[str]()}


def is_allowed(found: Found, sight: Sight) -> bool:
    table, column, owner = found
    if table in NOBODYS:
        return bool({C, O} & sight.scopes)
    if sight.bound and owner not in OWNERS[sight.bound.value]:
        return False
    return needed(table, column) <= sight.scopes


def test_every_type_has_a_rule() -> None:
    kinds = {name for name in SCHEMA.type_map if hasattr(SCHEMA.type_map[name], "fields")}
    objects = {name for name in kinds if type(SCHEMA.type_map[name]).__name__ == "GraphQLObjectType"}
    ours = {name for name in objects if not name.startswith("__")} - {"Query", "Subscription"}
    assert ours == set(TYPES) | PARTS


@described
class Secret:
    """Somebody forgot to say who may see it."""

    word: str = shown("A word.")


@strawberry.type
class Forgetful:
    """A root with a field that anybody could ask for."""

    @root(Column())
    async def secret(self) -> Secret:
        """A secret."""


def test_what_does_not_say_what_it_needs_cannot_be_served() -> None:
    with pytest.raises(Unruled, match=r"Forgetful\.secret"):
        Rules(strawberry.Schema(Forgetful)._schema)


def test_every_field_is_asked_for() -> None:
    asked = {(way.steps[-1].kind, way.steps[-1].name) for way, _ in questions(SCHEMA)}
    every = {(kind, name) for kind in {*TYPES, *PARTS, "Query"} for name in fields(SCHEMA, kind)}
    streamed = {
        (kind, name) for kind in ("FeedProgress", "FeedSnapshotEnd", "FeedGap") for name in fields(SCHEMA, kind)
    }
    assert every - streamed <= asked


@dataclass(frozen=True)
class Marked:
    """The service on a mirror full of marks, and where they are."""

    stage: Stage
    columns: set[tuple[str, str]]


@pytest.fixture
async def marked(stage: Stage) -> Marked:
    """A mirror of everything there may be, marked."""
    await told(stage)
    return Marked(stage, await mark(stage.parts.database))


async def start(stage: Stage) -> str:
    """The cursor of the journal's beginning, without its scope."""
    cursor: str = (await ask(stage, Sight(), "{ mirror { cursor } }"))["mirror"]["cursor"]
    return cursor.split(".", maxsplit=1)[0]


async def test_nobody_reads_more_than_the_rules_let_them(marked: Marked) -> None:
    epoch = await start(marked.stage)
    for sight in SIGHTS:
        seen = set[tuple[str, str]]()
        for way, query in ASKED:
            said = await answer(marked.stage, sight, query.replace(AFTER, f"{epoch}.{sight.word}.0"))
            found = found_in(said)
            assert [one for one in found if not is_allowed(one, sight)] == [], (sight, query)
            assert _is_refused(said, way) is not may_have(way, sight.scopes), (sight, query, said)
            seen |= {(table, column) for table, column, _ in found}
        assert sight != Sight() or marked.columns - seen <= UNSEEN


def _is_refused(said: dict[str, Any], way: Way) -> bool:
    """Whether the field or one above it was refused, and nothing else went wrong."""
    errors = said.get("errors", [])
    assert {error["extensions"]["code"] for error in errors} <= {"FORBIDDEN"}, said
    return any(error["path"] == way.path[: len(error["path"])] for error in errors)
