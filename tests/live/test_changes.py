"""The stream of changes, from now on: in order, each once, true to what happened."""

from typing import Any

import pytest

from tests.stage import Stage, payload

from .scenes import (
    CHANGES,
    MONDAY,
    TUESDAY,
    WEDNESDAY,
    after,
    cursors,
    following,
    here,
    items,
    on_tuned_stage,
    person,
    rename,
)


def paths(item: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {change["path"]: (change["before"], change["after"]) for change in item["changes"]}


async def test_a_stream_begins_now(stage: Stage) -> None:
    await rename(stage, "Before")
    async with stage.watcher() as watcher:
        await following(stage, watcher)
        await rename(stage, "After")
        (item,) = await items(watcher, 1)
        assert paths(item) == {"name": ("Before", "After")}


async def test_changes_come_in_order_and_once(stage: Stage) -> None:
    start = await here(stage)
    async with stage.watcher() as watcher:
        await following(stage, watcher)
        for number in range(20):
            await rename(stage, f"Name {number}", number=number % 3)
        assert await cursors(watcher, 20) == after(start, 20)
        await rename(stage, "Last")
        assert await cursors(watcher, 1) == after(start, 21)[-1:]


async def test_a_change_says_what_changed_and_why(stage: Stage) -> None:
    await stage.tell("customer.created", person("Ann", loyalty={"points": 1}), MONDAY)
    async with stage.watcher() as watcher:
        await following(stage, watcher)
        await stage.tell("customer.updated", person("Anna", loyalty={"points": 5}), TUESDAY, event="evcus_1")
        (item,) = await items(watcher, 1)
        assert paths(item) == {"name": ("Ann", "Anna"), "loyalty.points": (1, 5)}
        assert (item["kind"], item["customerId"], item["version"]) == ("UPDATED", "cust_1", 2)
        assert (item["event"], item["late"]) == ({"id": "evcus_1", "type": "customer.updated"}, False)


async def test_a_customer_is_created_updated_and_deleted(stage: Stage) -> None:
    async with stage.watcher() as watcher:
        await following(stage, watcher)
        await stage.tell("customer.created", person("Ann"), MONDAY)
        await stage.tell("customer.updated", person("Anna"), TUESDAY)
        await stage.tell("customer.deleted", person("Anna"), WEDNESDAY)
        found = await items(watcher, 3)
        assert [item["kind"] for item in found] == ["CREATED", "UPDATED", "DELETED"]
        assert [item["version"] for item in found] == [1, 2, 3]


async def test_an_older_telling_is_marked_as_late(stage: Stage) -> None:
    order = payload("seeds/customer.order.created")
    known = {"customer": order["customer"] | {"name": "Known since"}}
    await stage.tell("customer.updated", known, TUESDAY)
    async with stage.watcher() as watcher:
        await following(stage, watcher)
        await stage.tell("customer.order.created", order, MONDAY)
        (item,) = await items(watcher, 1)
        assert item["late"] is True
        assert "name" not in paths(item)


async def test_an_order_changes_its_customer(stage: Stage) -> None:
    async with stage.watcher() as watcher:
        await following(stage, watcher)
        await stage.post("customer.order.created", payload("seeds/customer.order.created"))
        (item,) = await items(watcher, 1)
        assert any(path.startswith("orders.") and path.endswith(".status") for path in paths(item))


async def test_what_changes_nothing_is_not_told(stage: Stage) -> None:
    start = await here(stage)
    async with stage.watcher() as watcher:
        await following(stage, watcher)
        await stage.tell("customer.created", person("Ann"), MONDAY, sendout="whs_1", event="evcus_1")
        await stage.tell("customer.created", person("Ann"), MONDAY, sendout="whs_1", event="evcus_1")
        await stage.tell("customer.updated", person("Ann"), TUESDAY)
        await rename(stage, "Anna")
        found = await items(watcher, 2)
        assert [item["cursor"] for item in found] == after(start, 2)
        assert paths(found[1]) == {"name": ("Ann", "Anna")}


@pytest.mark.parametrize("fields", ["__typename", "cursor", "... on CustomerChange { version }"])
async def test_any_part_of_an_item_may_be_asked(stage: Stage, fields: str) -> None:
    async with stage.watcher() as watcher:
        await following(stage, watcher, "subscription { customerChanges { " + fields + " } }")
        await rename(stage, "Ann")
        assert len((await items(watcher, 1))[0]) == 1


async def test_who_hears_nothing_is_told_where_the_stream_stands(database_url: str) -> None:
    async with on_tuned_stage(database_url, idle_seconds=0.05) as stage, stage.watcher() as watcher:
        start = await here(stage)
        await following(stage, watcher, CHANGES)
        (item,) = await items(watcher, 1)
        assert (item["__typename"], item["cursor"]) == ("FeedProgress", start)
        await rename(stage, "Ann")
        while item["__typename"] == "FeedProgress":
            (item,) = await items(watcher, 1)
        assert item["cursor"] == after(start, 1)[0]
        assert (await items(watcher, 1))[0]["__typename"] == "FeedProgress"
