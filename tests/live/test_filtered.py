"""A stream of changes with a filter: seen from who listens, customers enter and leave."""

import random
from contextlib import AsyncExitStack
from typing import Any

import pytest

from tests.stage import Stage

from .scenes import following, here, items, person, rename

FEED = """subscription($after: Cursor, $filter: CustomerFilter, $kinds: [ChangeKind!], $snapshot: Boolean) {
  customerChanges(after: $after, filter: $filter, kinds: $kinds, snapshot: $snapshot) { __typename cursor
    ... on CustomerChange { kind customerId version changes { path } event { type } customer { name } }
    ... on FeedGap { reason refetch } ... on FeedSnapshotEnd { count } } }"""
PAGE = """query($after: Cursor, $first: Int! = 100, $filter: CustomerFilter, $kinds: [ChangeKind!]) {
  customerChanges(after: $after, first: $first, filter: $filter, kinds: $kinds) {
    items { __typename cursor ... on CustomerChange { kind customerId version } ... on FeedGap { reason restartFrom } }
    nextCursor upToDate } }"""
RICH = {"loyaltyPoints": {"gte": 100}}


async def points(stage: Stage, number: int, *amounts: int) -> None:
    """Tells of a customer's points, one event for each amount."""
    for amount in amounts:
        body = person(f"Number {number}", number, loyalty={"points": amount, "campaigns": {}})
        assert (await stage.post("customer.updated", body)).status_code == 202


async def pulled(stage: Stage, after: str, **more: Any) -> list[dict[str, Any]]:
    """Everything the pull twin gives after a cursor, page by page."""
    found: list[dict[str, Any]] = []
    while True:
        page = (await stage.ask(PAGE, after=after, **more))["customerChanges"]
        found += page["items"]
        after = page["nextCursor"]
        if page["upToDate"]:
            return found


def seen(found: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(item["kind"], item["customerId"]) for item in found]


async def test_customers_enter_and_leave(stage: Stage) -> None:
    async with stage.watcher() as watcher:
        await following(stage, watcher, FEED, filter=RICH)
        await points(stage, 1, 50, 150, 160, 20, 10)
        await points(stage, 2, 500)
        found = await items(watcher, 4)
    assert seen(found) == [
        ("ENTERED", "cust_1"),
        ("UPDATED", "cust_1"),
        ("LEFT", "cust_1"),
        ("CREATED", "cust_2"),
    ]
    assert found[0]["customer"] == {"name": "Number 1"}


async def test_who_matched_is_said_to_be_deleted(stage: Stage) -> None:
    async with stage.watcher() as watcher:
        await points(stage, 1, 500)
        await points(stage, 2, 5)
        await following(stage, watcher, FEED, filter=RICH)
        for number in (2, 1):
            assert (await stage.post("customer.deleted", person("Gone", number))).status_code == 202
        (deleted,) = await items(watcher, 1)
    assert (deleted["kind"], deleted["customerId"], deleted["customer"]) == ("DELETED", "cust_1", None)


async def test_without_a_filter_the_deleted_are_heard_of_too(stage: Stage) -> None:
    start = await here(stage)
    await rename(stage, "Ann")
    await stage.post("customer.deleted", person("Ann"))
    assert [kind for kind, _ in seen(await pulled(stage, start))] == ["CREATED", "DELETED"]
    assert [kind for kind, _ in seen(await pulled(stage, start, filter={}))] == ["CREATED", "DELETED"]
    only = {"deleted": "ONLY"}
    assert [kind for kind, _ in seen(await pulled(stage, start, filter=only))] == ["ENTERED"]


@pytest.mark.parametrize("filter_", [None, RICH])
async def test_only_the_kinds_that_were_asked_for(stage: Stage, filter_: Any) -> None:
    start = await here(stage)
    await points(stage, 1, 500, 600)
    await points(stage, 2, 5, 700, 5)
    kinds = ["CREATED", "LEFT"]
    expected = (
        [("CREATED", "cust_1"), ("LEFT", "cust_2")] if filter_ else [("CREATED", "cust_1"), ("CREATED", "cust_2")]
    )
    assert seen(await pulled(stage, start, filter=filter_, kinds=kinds)) == expected
    async with stage.watcher() as watcher:
        await following(stage, watcher, FEED, after=start, filter=filter_, kinds=kinds)
        assert seen(await items(watcher, 2)) == expected


async def test_a_snapshot_goes_over_into_changes(stage: Stage) -> None:
    for number in range(1, 6):
        await points(stage, number, 100 * (number % 3))
    async with stage.watcher() as watcher:
        await following(stage, watcher, FEED, filter=RICH, snapshot=True)
        await points(stage, 3, 300)
        found = await items(watcher, 6)
    assert seen(found[:4]) == [("SNAPSHOT", f"cust_{number}") for number in (1, 2, 4, 5)]
    assert all(item["changes"] == [] and item["event"] is None for item in found[:4])
    assert (found[4]["__typename"], found[4]["count"]) == ("FeedSnapshotEnd", 4)
    assert seen(found[5:]) == [("ENTERED", "cust_3")]


@pytest.mark.parametrize("heard", range(1, 7))
async def test_a_snapshot_can_be_left_and_gone_on_with(stage: Stage, heard: int) -> None:
    for number in range(1, 6):
        await points(stage, number, 500)
    async with stage.watcher() as watcher:
        await following(stage, watcher, FEED, filter=RICH, snapshot=True)
        first = await items(watcher, heard)
    await points(stage, 6, 600)
    async with stage.watcher() as watcher:
        await following(stage, watcher, FEED, filter=RICH, snapshot=True, after=first[-1]["cursor"])
        rest = await items(watcher, 7 - heard)
    types = [item["__typename"] for item in first + rest]
    told = [item["customerId"] for item in first + rest if "customerId" in item]
    assert sorted(told) == [f"cust_{number}" for number in range(1, 7)]
    assert types.count("FeedSnapshotEnd") == 1


async def test_after_a_gap_a_snapshot_begins_anew(stage: Stage) -> None:
    await points(stage, 1, 500)
    async with stage.watcher() as watcher:
        await following(stage, watcher, FEED, filter=RICH, snapshot=True, after="elsewhere.all.7")
        gap, row, end = await items(watcher, 3)
    assert (gap["reason"], gap["refetch"]) == ("JOURNAL_RESET", False)
    assert (row["kind"], end["count"]) == ("SNAPSHOT", 1)


async def test_pages_hold_what_the_stream_holds(stage: Stage) -> None:
    start = await here(stage)
    await points(stage, 1, 50, 150, 160, 20, 10)
    await points(stage, 2, 500, 5, 500)
    for filter_ in (None, RICH):
        whole = await pulled(stage, start, filter=filter_)
        assert await pulled(stage, start, filter=filter_, first=1) == whole
        async with stage.watcher() as watcher:
            await following(stage, watcher, FEED, after=start, filter=filter_)
            told = await items(watcher, len(whole))
        assert [item["cursor"] for item in told] == [item["cursor"] for item in whole]
        assert seen(told) == seen(whole)


async def test_a_page_without_a_cursor_says_where_now_is(stage: Stage) -> None:
    await rename(stage, "Ann")
    page = (await stage.ask(PAGE))["customerChanges"]
    assert page == {"items": [], "nextCursor": await here(stage), "upToDate": True}


async def test_a_page_says_why_it_cannot_go_on(stage: Stage) -> None:
    await rename(stage, "Ann")
    page = (await stage.ask(PAGE, after="elsewhere.all.7"))["customerChanges"]
    assert page["items"][0]["reason"] == "JOURNAL_RESET"
    assert page["nextCursor"] == page["items"][0]["restartFrom"] == await here(stage)


@pytest.mark.parametrize(("given", "code"), [({"after": "nonsense"}, "BAD_CURSOR"), ({"first": 0}, "BAD_USER_INPUT")])
async def test_a_page_that_makes_no_sense_is_a_clear_error(stage: Stage, given: Any, code: str) -> None:
    answer = await stage.answer(PAGE, **given)
    assert answer["errors"][0]["extensions"]["code"] == code
    assert answer["errors"][0]["path"] == ["customerChanges"]


ELSEWHERE: list[dict[str, Any]] = [
    {"id": {"eq": "cust_1"}},
    {"sourceId": {"in": ["shop-1", "shop-9"]}},
    {"segmentId": {"eq": "seg_1"}, "name": {"startsWith": "A"}},
    {"or": [{"anyLoyaltyCampaign": {"name": {"eq": "Gold"}}}, {"id": {"eq": "cust_1"}}]},
]


async def test_a_change_costs_only_those_it_may_concern(stage: Stage, statements: list[str]) -> None:
    async with AsyncExitStack() as stack:
        watchers = [await stack.enter_async_context(stage.watcher()) for _ in ELSEWHERE]
        for watcher, filter_ in zip(watchers, ELSEWHERE, strict=True):
            await following(stage, watcher, FEED, filter=filter_)
        await rename(stage, "Bob", "Bobby", number=2)
        everything = await stack.enter_async_context(stage.watcher())
        await following(stage, everything, FEED, after=await here(stage))
        statements.clear()
        await rename(stage, "Bert", number=2)
        await items(everything, 1)
        assert not [sql for sql in statements if "SELECT 'journal', t.customer_id" in sql]
        whole = person("Ann", 1, source_id="shop-1", loyalty={"points": 1, "campaigns": {"Gold": {"points": 1}}})
        await stage.post("customer.updated", whole)
        segment = {"id": "seg_1", "object": "segment", "name": "S"}
        await stage.post("customer.segment.entered", whole | {"segment": segment})
        for watcher in watchers:
            assert (await items(watcher, 1))[0]["customerId"] == "cust_1"


FILTERS: list[dict[str, Any]] = [
    {"id": {"eq": "cust_1"}},
    {"name": {"startsWith": "A"}},
    {"loyaltyPoints": {"gt": 50}},
    {"anyLoyaltyCampaign": {"name": {"eq": "Gold"}}},
    {"anyLoyaltyCampaign": {"points": {"gt": 50}}},
    {"not": {"anyLoyaltyCampaign": {}}},
    {"segmentId": {"in": ["seg_1"]}},
    {"segmentId": {"isNull": True}},
    {"anyOrder": {}},
    {"anyOrder": {"status": ["PAID"], "totalAmount": {"gte": 100}}},
    {"anyOrder": {"productId": {"eq": "prod_1"}}},
    {"metadata": {"path": "level", "number": {"gt": 1}}},
    {"deleted": "INCLUDE", "country": {"eq": "PL"}},
    {"deleted": "ONLY"},
    {"or": [{"sourceId": {"eq": "shop-1"}}, {"segmentId": {"eq": "seg_2"}}]},
]
MATCHING = "query($filter: CustomerFilter) { customers(first: 100, filter: $filter) { nodes { id } } }"


@pytest.mark.parametrize("seed", range(3))
async def test_changes_are_what_the_tables_say_before_and_after(stage: Stage, seed: int) -> None:
    """The oracle: who matches, as the database says after each event."""
    chance, start = random.Random(seed), await here(stage)
    states = [await _matching(stage)]
    ends = [start]
    for number in range(40):
        kind, data = _event(chance)
        await stage.tell(kind, data, f"2026-03-02T10:{number // 60:02}:{number % 60:02}.000Z")
        states.append(await _matching(stage))
        ends.append(await here(stage))
    journal = await pulled(stage, start)
    for index, filter_ in enumerate(FILTERS):
        expected = [told for change in journal for told in _expected(change, ends, states, index)]
        assert seen(await pulled(stage, start, filter=filter_)) == expected, filter_


async def _matching(stage: Stage) -> list[set[str]]:
    found = [(await stage.ask(MATCHING, filter=filter_))["customers"]["nodes"] for filter_ in FILTERS]
    return [{node["id"] for node in nodes} for nodes in found]


def _expected(change: dict[str, Any], ends: list[str], states: Any, index: int) -> list[tuple[str, str]]:
    place, customer = int(change["cursor"].rpartition(".")[2]), change["customerId"]
    event = next(number for number, end in enumerate(ends) if int(end.rpartition(".")[2]) >= place)
    before, after = customer in states[event - 1][index], customer in states[event][index]
    kinds = {
        (True, True): change["kind"],
        (True, False): "DELETED" if change["kind"] == "DELETED" else "LEFT",
        (False, True): "CREATED" if change["kind"] == "CREATED" else "ENTERED",
    }
    return [(kinds[before, after], customer)] if before or after else []


def _event(chance: random.Random) -> tuple[str, Any]:
    number = chance.choice((1, 2, 3))
    customer = {"id": f"cust_{number}", "object": "customer"}
    kind = chance.choice(("customer.updated",) * 4 + ("order", "segment", "delete", "tier"))
    if kind == "order":
        order = {
            "id": f"ord_{chance.randrange(4)}",
            "object": "order",
            "status": chance.choice(("PAID", "CREATED")),
            "total_amount": chance.choice((50, 150)),
            "items": [{"product_id": f"prod_{chance.randrange(3)}", "quantity": 1}],
            "customer": customer,
        }
        return "customer.order.updated", {"order": order, "customer": customer}
    if kind == "segment":
        segment = {"id": f"seg_{chance.choice((1, 2))}", "object": "segment", "name": "S"}
        moved = chance.choice(("entered", "left"))
        return f"customer.segment.{moved}", {"customer": customer, "segment": segment}
    if kind == "delete" and chance.random() < 0.3:
        return "customer.deleted", {"customer": customer}
    campaigns = {name: {"points": chance.choice((0, 100))} for name in ("Gold", "a.b") if chance.random() < 0.5}
    return "customer.updated", {
        "customer": customer
        | {
            "source_id": f"shop-{chance.choice((1, 2))}",
            "name": chance.choice(("Ann", "Bob")),
            "address": {"country": chance.choice(("PL", "DE"))},
            "metadata": {"level": chance.choice((1, 2, "2"))},
            "loyalty": {"points": chance.choice((0, 60)), "campaigns": campaigns},
        }
    }
