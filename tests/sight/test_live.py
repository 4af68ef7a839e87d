"""What viewers hear of changes: their own and nothing else, with what they may see of it."""

import random
from typing import Any

import pytest

from gql_app.errors import RequestRefused
from gql_app.viewers.viewer import Sight
from tests.live.scenes import person, rename
from tests.live.test_filtered import _event
from tests.sight.asking import all_but, answer, ask, bound, cursor, may, refused, watching
from tests.stage import Stage

FEED = """subscription($after: Cursor, $snapshot: Boolean, $filter: CustomerFilter) {
  customerChanges(after: $after, snapshot: $snapshot, filter: $filter) { __typename cursor
    ... on CustomerChange { kind customerId changes { path before after } customer { id name } }
    ... on FeedGap { reason restartFrom refetch } ... on FeedSnapshotEnd { count } } }"""
PAGE = """query($after: Cursor, $filter: CustomerFilter) {
  customerChanges(after: $after, first: 500, filter: $filter) { upToDate nextCursor
    items { __typename cursor ... on FeedGap { reason restartFrom }
      ... on CustomerChange { kind customerId version changes { path before after } customer { id } } } } }"""
ONE = "subscription { customer(by: {%s}) { id name } }"


async def items(stage: Stage, sight: Sight, after: str, **more: Any) -> list[dict[str, Any]]:
    """What the pull twin tells after a cursor."""
    page = (await ask(stage, sight, PAGE, after=after, **more))["customerChanges"]
    assert page["upToDate"]
    found: list[dict[str, Any]] = page["items"]
    return found


def seen(found: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(item["kind"], item["customerId"]) for item in found]


async def call(stage: Stage, number: int, source_id: str, **more: Any) -> None:
    """Tells by which source id a customer goes."""
    body = person(f"Number {number}", number)
    body["customer"] |= {"source_id": source_id} | more
    assert (await stage.post("customer.updated", body)).status_code == 202


async def test_others_are_not_heard_of(stage: Stage) -> None:
    sight = bound("cust_1")
    start = await cursor(stage, sight)
    async with watching(stage, sight, FEED, after=start) as listener:
        for number in (2, 1, 3, 1):
            await rename(stage, f"Name {random.random()}", number=number)
        found = await listener.items(2)
    assert seen(found) == [("CREATED", "cust_1"), ("UPDATED", "cust_1")]
    assert seen(await items(stage, sight, start)) == seen(found)
    assert await items(stage, bound("cust_7"), await cursor(stage, bound("cust_7"))) == []


async def test_a_snapshot_has_nobody_else(stage: Stage) -> None:
    for number in (1, 2, 3):
        await rename(stage, "Ann", number=number)
    async with watching(stage, bound("cust_2"), FEED, snapshot=True) as listener:
        first, end = await listener.items(2)
    assert seen([first]) == [("SNAPSHOT", "cust_2")]
    assert end["count"] == 1


async def test_whoever_takes_over_the_source_id_enters_and_who_gives_it_up_leaves(stage: Stage) -> None:
    sight = bound("shop-1", "source_id")
    start = await cursor(stage, sight)
    async with watching(stage, sight, FEED, after=start) as listener:
        await call(stage, 1, "shop-1")
        assert seen(await listener.items(1)) == [("CREATED", "cust_1")]
        await call(stage, 2, "shop-2")
        await call(stage, 1, "shop-9", name="Moved on")
        (left,) = await listener.items(1)
        await call(stage, 2, "shop-1")
        (entered,) = await listener.items(1)
    assert (left["kind"], left["customerId"], left["customer"], left["changes"]) == ("LEFT", "cust_1", None, [])
    assert (entered["kind"], entered["customer"]) == ("ENTERED", {"id": "cust_2", "name": "Number 2"})
    assert seen(await items(stage, sight, start)) == [("LEFT", "cust_1"), ("ENTERED", "cust_2")]


async def test_a_filter_narrows_what_is_theirs(stage: Stage) -> None:
    sight, wanted = bound("cust_1"), {"name": {"startsWith": "A"}}
    start = await cursor(stage, sight)
    for name, number in (("Ann", 2), ("Ann", 1), ("Bob", 1), ("Bob", 2), ("Ada", 1)):
        await rename(stage, name, number=number)
    kinds = [("CREATED", "cust_1"), ("LEFT", "cust_1"), ("ENTERED", "cust_1")]
    assert seen(await items(stage, sight, start, filter=wanted)) == kinds
    assert await items(stage, sight, start, filter={"id": {"eq": "cust_2"}}) == []


@pytest.mark.parametrize("by", ['id: "cust_2"', 'sourceId: "shop-2"', 'email: "two@example.test"'])
async def test_a_live_customer_is_theirs_or_nobody(stage: Stage, by: str) -> None:
    await call(stage, 1, "shop-1")
    await call(stage, 2, "shop-2", email="two@example.test")
    async with watching(stage, bound("cust_1"), ONE % by) as listener:
        assert (await listener.next())["data"] == {"customer": None}
    for sight in (bound("cust_2"), bound("shop-2", "source_id")):
        async with watching(stage, sight, ONE % by) as listener:
            assert (await listener.next())["data"]["customer"]["id"] == "cust_2"
            await call(stage, 1, "shop-1", name="Nobody's business")
            await call(stage, 2, "shop-2", name=f"New name for {sight.word}", email="two@example.test")
            assert (await listener.next())["data"]["customer"]["name"] == f"New name for {sight.word}"


async def test_a_live_customer_is_gone_once_the_source_id_is_somebody_elses(stage: Stage) -> None:
    await call(stage, 1, "shop-1")
    async with watching(stage, bound("shop-1", "source_id"), ONE % 'id: "cust_1"') as listener:
        assert (await listener.next())["data"]["customer"]["id"] == "cust_1"
        await call(stage, 1, "shop-2")
        assert (await listener.next())["data"] == {"customer": None}


async def test_only_those_are_woken_whom_a_change_may_concern(stage: Stage) -> None:
    await call(stage, 1, "shop-1")
    for sight, key in (
        (bound("cust_1"), ("customer", "id", "cust_1")),
        (bound("shop-1", "source_id"), ("customer", "source_id", "shop-1")),
    ):
        async with (
            watching(stage, sight, FEED, snapshot=True) as listener,
            watching(stage, sight, ONE % 'id: "x"') as one,
        ):
            await listener.items(2)
            await one.next()
            await call(stage, 1, "shop-1", name=f"Ann {key}")
            await listener.items(1)
            groups = [*stage.parts.watching.streams._open.values(), *stage.parts.watching.watches._open.values()]
            assert [place.group.keys for place in groups] == [{key}, {key}]


async def test_those_who_see_the_same_share_and_others_do_not(stage: Stage) -> None:
    await rename(stage, "Ann")
    query = ONE % 'id: "cust_1"'
    sights = [bound("cust_1"), bound("cust_1"), bound("cust_2"), all_but("mirror:read"), Sight(), Sight()]
    async with (
        watching(stage, sights[0], query) as first,
        watching(stage, sights[1], query) as second,
        watching(stage, sights[2], query) as third,
        watching(stage, sights[3], query) as fourth,
        watching(stage, sights[4], query) as fifth,
        watching(stage, sights[5], query) as sixth,
    ):
        said = [(await one.next())["data"]["customer"] for one in (first, second, third, fourth, fifth, sixth)]
        assert len(stage.parts.watching.watches) == 4
    assert [one and one["name"] for one in said] == ["Ann", "Ann", None, "Ann", "Ann", "Ann"]


SIGHTS = (
    Sight(),
    may("customers:read"),
    all_but("customers:pii"),
    bound("cust_1"),
    bound("cust_2"),
    bound("s", "source_id"),
)


async def test_a_cursor_of_somebody_who_sees_something_else_is_no_answer(stage: Stage) -> None:
    for number in (1, 2):
        await rename(stage, "Ann", number=number)
    for theirs in SIGHTS:
        given = await cursor(stage, theirs)
        for sight in SIGHTS:
            page = (await ask(stage, sight, PAGE, after=given))["customerChanges"]
            if sight == theirs:
                assert page["items"] == []
                continue
            (gap,) = page["items"]
            assert (gap["reason"], gap["restartFrom"]) == ("PERMISSIONS_CHANGED", await cursor(stage, sight))
            async with watching(stage, sight, FEED, after=given) as listener:
                assert (await listener.items(1))[0]["reason"] == "PERMISSIONS_CHANGED"


async def test_forged_and_rolled_back_cursors_tell_nothing(stage: Stage) -> None:
    sight = bound("cust_1")
    await rename(stage, "Ann", "Anna", number=2)
    epoch, word, position = (await cursor(stage, sight)).split(".")
    forged = {
        f"{epoch}.all.0": "PERMISSIONS_CHANGED",
        f"{epoch}.{word[::-1]}.0": "PERMISSIONS_CHANGED",
        f"{epoch}..0": "PERMISSIONS_CHANGED",
        f"other.{word}.0": "JOURNAL_RESET",
        f"{epoch}.{word}.{int(position) + 1}": "CURSOR_UNKNOWN",
    }
    for given, reason in forged.items():
        async with watching(stage, sight, FEED, after=given) as listener:
            assert (await listener.items(1))[0]["reason"] == reason
    assert await items(stage, sight, f"{epoch}.{word}.0") == []
    for given in (f"{epoch}.{word}.-1", f"{epoch}.{word}.0.zz", "' OR 1=1 --", f"{epoch}.{word}.0 OR 1=1"):
        said = await answer(stage, sight, PAGE, after=given)
        assert [error["extensions"]["code"] for error in said["errors"]] == ["BAD_CURSOR"]
        with pytest.raises(RequestRefused, match="is not a cursor"):
            async with watching(stage, sight, FEED, after=given) as listener:
                await listener.next()


async def test_a_snapshot_that_was_left_is_not_gone_on_with_by_somebody_else(stage: Stage) -> None:
    for number in (1, 2, 3):
        await rename(stage, "Ann", number=number)
    async with watching(stage, Sight(), FEED, snapshot=True) as listener:
        within = (await listener.next())["extensions"]["cursor"]
    async with watching(stage, bound("cust_3"), FEED, after=within) as listener:
        assert (await listener.items(1))[0]["reason"] == "PERMISSIONS_CHANGED"
    async with watching(stage, bound("cust_3"), FEED, after=_as(within, bound("cust_3"))) as listener:
        assert seen(await listener.items(1)) == [("SNAPSHOT", "cust_3")]


async def test_page_cursors_hold_places_only(stage: Stage) -> None:
    for number in (1, 2, 3):
        await rename(stage, "Ann", number=number)
    query = "query($after: String) { customers(after: $after) { nodes { id } pageInfo { hasPreviousPage } } }"
    edges = "{ customers { edges { cursor } } }"
    for edge in (await ask(stage, Sight(), edges))["customers"]["edges"]:
        found = (await ask(stage, bound("cust_2"), query, after=edge["cursor"]))["customers"]
        assert {node["id"] for node in found["nodes"]} <= {"cust_2"}
        assert found["pageInfo"]["hasPreviousPage"] is (found["nodes"] == [])


async def test_what_may_not_be_seen_is_null_in_each_item_and_said_so(stage: Stage) -> None:
    async with watching(stage, all_but("customers:pii"), FEED, snapshot=True) as listener:
        assert (await listener.items(1))[0]["count"] == 0
        await rename(stage, "Ann", "Anna")
        for _ in range(2):
            said = await listener.next()
            assert said["data"]["customerChanges"]["customer"] == {"id": "cust_1", "name": None}
            assert "name" not in {change["path"] for change in said["data"]["customerChanges"]["changes"]}
            assert refused(said) == [(["customerChanges", "customer", "name"], ["customers:pii"])]
    async with watching(stage, all_but("customers:pii"), ONE % 'id: "cust_1"') as listener:
        said = await listener.next()
    assert said["data"] == {"customer": {"id": "cust_1", "name": None}}
    assert refused(said) == [(["customer", "name"], ["customers:pii"])]


REFUSED = (
    (may("orders:read"), FEED, {}, ["customers:read"]),
    (all_but("customers:pii"), FEED, {"filter": {"email": {"eq": "x"}}}, ["customers:pii"]),
    (all_but("orders:read"), FEED, {"filter": {"not": {"anyOrder": {}}}}, ["orders:read"]),
    (all_but("customers:pii"), ONE % 'email: "x"', {}, ["customers:pii"]),
    (all_but("mirror:read"), "subscription { mirror { eventsReceived } }", {}, ["mirror:read"]),
    (
        all_but("orders:read"),
        'subscription { customer(by: {id: "x"}) { orders { nodes { id } } } }',
        {},
        ["orders:read"],
    ),
)


@pytest.mark.parametrize(("sight", "query", "variables", "scopes"), REFUSED)
async def test_nothing_begins_where_nothing_may_be_seen(
    stage: Stage, sight: Sight, query: str, variables: dict[str, Any], scopes: list[str]
) -> None:
    with pytest.raises(RequestRefused) as refusal:
        async with watching(stage, sight, query, **variables) as listener:
            await listener.next()
    assert [list(error["extensions"]["scopes"]) for error in refusal.value.errors] == [scopes]
    assert {error["extensions"]["code"] for error in refusal.value.errors} == {"FORBIDDEN"}


async def test_over_any_life_each_hears_exactly_what_is_theirs(stage: Stage) -> None:
    everyone = Sight()
    start, chance = await cursor(stage, everyone), random.Random(5)
    for _ in range(80):
        event_type, data = _event(chance)
        assert (await stage.post(event_type, data)).status_code == 202
    journal = await items(stage, everyone, start)
    for number in (1, 2, 3):
        sight = bound(f"cust_{number}")
        expected = [item for item in journal if item["customerId"] == f"cust_{number}"]
        assert _told(await items(stage, sight, _as(start, sight))) == _told(expected)
    for source in ("shop-1", "shop-2"):
        sight = bound(source, "source_id")
        theirs = (await ask(stage, sight, "{ customers { nodes { id } } }"))["customers"]["nodes"]
        expected = await items(stage, everyone, start, filter={"sourceId": {"eq": source}})
        found = await items(stage, sight, _as(start, sight))
        kept = [one for one in expected if {"id": one["customerId"]} in theirs or one["kind"] in {"LEFT", "DELETED"}]
        assert seen(found) == seen(kept)
        others = [item for item in found if {"id": item["customerId"]} not in theirs]
        assert all(item["changes"] == [] and item["customer"] is None for item in others)


def _as(given: str, sight: Sight) -> str:
    """The same place, for somebody else."""
    return given.replace(".all.", f".{sight.word}.")


def _told(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: item[name] for name in ("kind", "customerId", "version", "changes", "customer")} for item in found]
