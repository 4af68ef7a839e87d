"""What no webhook told: fetched, or read from a file. It keeps to the same rules, and counts as no delivery."""

import time
from typing import Any

import msgspec
import pytest

from gql_app.errors import Unreadable
from gql_app.files.telling import Noun, Origin, told
from gql_app.mirror.arrival import Arrival, receive
from gql_app.mirror.silence import HOUR, usual
from gql_app.voucherify.values import instant
from tests.ingest.mirror import Mirror, body, customer, renamed
from tests.keeper.desk import rebuilt, state
from tests.keeper.test_silence import BEGIN, day_and_night
from tests.stage import Stage

MONDAY, TUESDAY, WEDNESDAY = (f"2026-03-0{day}T10:00:00.000Z" for day in (2, 3, 4))
FETCHED, READ = Origin("BACKFILL"), Origin("IMPORT", is_whole=False)


def telling(said: dict[str, Any], origin: Origin = FETCHED, at: str | None = None, noun: Noun = "customer") -> Arrival:
    """What was told of it, as of a time."""
    return told(noun, msgspec.json.encode(said), origin, time.time_ns() // 1000, instant(at) if at else None)


def ann(**more: Any) -> dict[str, Any]:
    """A customer as the API lists her."""
    return {"id": "cust_1", "name": "Ann", "email": "ann@example.com", "metadata": {"size": 1}} | more


async def test_a_whole_telling_is_all_there_is_to_know(mirror: Mirror) -> None:
    assert await mirror.take([telling(ann(updated_at=MONDAY))]) == ["applied"]
    row = await mirror.row()
    assert (row["name"], row["completeness"], row["source"]) == ("Ann", 2, "BACKFILL")


async def test_the_same_telling_twice_is_kept_once(mirror: Mirror) -> None:
    again = {name: ann(updated_at=MONDAY)[name] for name in reversed(ann(updated_at=MONDAY))}
    assert await mirror.take([telling(ann(updated_at=MONDAY)), telling(again)]) == ["applied", "duplicate"]


async def test_what_a_webhook_said_later_stands_whichever_came_first(mirror: Mirror) -> None:
    await mirror.hear(renamed("Anna"))
    await mirror.take([telling(ann(updated_at=MONDAY), origin) for origin in (FETCHED, READ)])
    assert (await mirror.row())["name"] == "Anna"
    assert await mirror.take([telling(ann(), at=WEDNESDAY)]) == ["applied"]
    assert (await mirror.row())["name"] == "Ann"


async def test_what_is_told_in_part_leaves_the_rest_as_it_is(mirror: Mirror) -> None:
    full = customer(updated_at=MONDAY, loyalty={"points": 3, "campaigns": {"Club": {"points": 3}}}, phone="1")[
        "customer"
    ]
    await mirror.take([telling(full)])
    part = {"id": "cust_1", "email": None, "loyalty": {"points": 5}, "updated_at": TUESDAY}
    assert await mirror.take([telling(part, READ)]) == ["applied"]
    row = await mirror.row()
    assert (row["name"], row["email"], row["phone"], row["loyalty_points"]) == (full["name"], None, "1", 5)
    assert (row["completeness"], row["metadata"]) == (2, full.get("metadata", {}))
    assert (await mirror.row("loyalty_campaign"))["points"] == 3


async def test_what_has_no_time_gives_way_to_all_that_has(mirror: Mirror) -> None:
    await mirror.hear(body("customer.custom_event", {"customer": {"id": "cust_1", "name": "Anna"}}))
    await mirror.take([telling(ann(phone="1"), READ)])
    row = await mirror.row()
    assert (row["name"], row["phone"]) == ("Anna", "1")


async def test_an_order_in_part_keeps_its_items(mirror: Mirror) -> None:
    order = {"id": "ord_1", "customer": {"id": "cust_1"}, "status": "CREATED", "items": [{"amount": 5}]}
    part = {"id": "ord_1", "status": "PAID", "updated_at": TUESDAY}
    await mirror.take([telling(order | {"updated_at": MONDAY}, noun="order"), telling(part, READ, noun="order")])
    assert ((await mirror.row("order"))["status"], (await mirror.row("order_item"))["amount"]) == ("PAID", 5)
    assert (await mirror.row("order"))["customer_id"] == "cust_1"


async def test_a_rebuild_tells_it_again(mirror: Mirror) -> None:
    await mirror.hear(renamed("Anna"))
    await mirror.take([telling(ann(updated_at=WEDNESDAY)), telling({"id": "cust_1", "phone": "1"}, READ)])
    assert await rebuilt(mirror) == []


async def test_a_project_that_is_not_named_is_not_forgotten(mirror: Mirror) -> None:
    await mirror.take([telling(ann(updated_at=MONDAY), Origin("BACKFILL", "proj_1")), telling(ann(updated_at=TUESDAY))])
    assert (await mirror.row())["project_id"] == "proj_1"


async def test_it_is_no_delivery(stage: Stage) -> None:
    mirror = Mirror(stage.parts.database, stage.parts.inbox)
    await mirror.take([telling(ann(created_at="2015-03-02T10:00:00Z"))] * 2)
    said = await stage.ask("{ mirror { eventsReceived duplicates lastEventAt lagP95Seconds healthy } }")
    assert list(said["mirror"].values()) == [0, 0, None, None, True]
    asked = await stage.ask('{ customer(by: {id: "cust_1"}) { freshness { source } activity { nodes { type } } } }')
    assert asked["customer"] == {"freshness": {"source": "BACKFILL"}, "activity": {"nodes": []}}


async def test_what_we_ask_for_every_hour_is_no_word_from_voucherify(mirror: Mirror) -> None:
    heard = [(BEGIN + at, receive(renamed("Ann", number), BEGIN + at)) for number, at in enumerate(day_and_night(3))]
    moments = [BEGIN + hour * HOUR + 1 for hour in range(8, 72)]
    asked = [(at, told("customer", b'{"id":"cust_1"}', FETCHED, at, at)) for at in moments]
    await mirror.write([arrival for _, arrival in sorted(heard + asked, key=lambda one: one[0])])
    assert await usual(mirror.database) == 3 * 12 * HOUR


async def test_what_is_no_object_is_refused(mirror: Mirror) -> None:
    with pytest.raises(Unreadable):
        told("customer", b"[1]", FETCHED, 1)
    assert (await state(mirror))[2] == 0
