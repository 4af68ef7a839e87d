"""Every visible change is noted once: what changed, from what to what, and in which order it became
visible.
"""

import asyncio
import json
from contextlib import AsyncExitStack
from typing import Any

from gql_app.mirror.arrival import receive
from tests.ingest.mirror import Mirror, body, customer, mirroring, renamed

MONDAY, WEDNESDAY = "2026-03-02T10:00:00.000Z", "2026-03-04T10:00:00.000Z"
WHO = {"customer": {"id": "cust_1"}}


def changed(entry: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Before and after, by path."""
    return {one["path"]: (one["before"], one["after"]) for one in entry["changes"]}


async def test_a_new_customer_is_noted_with_everything_that_was_told(mirror: Mirror) -> None:
    await mirror.hear(body("customer.created", customer(email="ann@example.org")))
    (entry,) = await mirror.journal()
    assert (entry["kind"], entry["version"], entry["position"], entry["late"]) == ("CREATED", 1, 1, False)
    assert changed(entry) == {
        "name": (None, "Ann"),
        "email": (None, "ann@example.org"),
        "metadata": (None, {}),
        "freshness.completeness": (None, "FULL"),
    }


async def test_only_what_changed_is_noted(mirror: Mirror) -> None:
    await mirror.hear(body("customer.created", customer(address={"line_1": "A", "city": "B"}), MONDAY, 1))
    told = customer(name="Anna", address={"line_1": "A", "city": "C"}, summary={"orders": {"total_count": 2}})
    await mirror.hear(body("customer.updated", told, number=2))
    entry = (await mirror.journal())[1]
    assert (entry["kind"], entry["version"], entry["event_type"]) == ("UPDATED", 2, "customer.updated")
    assert changed(entry) == {
        "name": ("Ann", "Anna"),
        "address.city": ("B", "C"),
        "summary.orders.totalCount": (None, 2),
    }


async def test_a_telling_that_changes_nothing_is_not_noted(mirror: Mirror) -> None:
    verdicts = await mirror.hear(renamed("Ann", 1), renamed("Ann", 2, at=WEDNESDAY), renamed("Ann", 3, at=MONDAY))
    assert verdicts == ["applied", "applied", "stale"]
    assert len(await mirror.journal()) == 1
    assert (await mirror.row())["version"] == 1


async def test_what_is_beneath_a_customer_is_noted_by_its_place(mirror: Mirror) -> None:
    item = {"product": {"name": "Tea"}, "amount": 5}
    for number, items in enumerate(([item, item], [item | {"amount": 6}]), 1):
        order = {"id": "ord_1", "status": "PAID", "items": items}
        at = f"2026-03-0{number}T10:00:00Z"
        await mirror.hear(body("customer.order.paid", WHO | {"order": order}, at, number))
    assert changed((await mirror.journal())[1]) == {
        "orders.ord_1.items.0.amount": (5, 6),
        "orders.ord_1.items.1.amount": (5, None),
        "orders.ord_1.items.1.productName": ("Tea", None),
    }


async def test_a_standing_is_noted_by_the_name_of_its_campaign(mirror: Mirror) -> None:
    points = WHO | {"campaign": {"name": "Harbour Club"}, "balance": {"type": "loyalty_card", "balance": 7}}
    await mirror.hear(body("customer.voucher.loyalty_card.points_added", points))
    (entry,) = await mirror.journal()
    assert changed(entry)["loyalty.campaigns.Harbour Club.points"] == (None, 7)


async def test_a_delete_is_noted_as_one(mirror: Mirror) -> None:
    await mirror.hear(renamed("Ann", 1))
    await mirror.hear(body("customer.deleted", customer(source_id="a_deleted2026-03-04T10:00:00Z"), number=2))
    entry = (await mirror.journal())[1]
    assert entry["kind"] == "DELETED"
    assert changed(entry)["deletedAt"] == (None, WEDNESDAY)


async def test_an_event_of_two_customers_is_noted_for_each(mirror: Mirror) -> None:
    two = {"customer": {"id": "cust_1"}, "referrer": {"id": "cust_2"}, "order": {"id": "ord_1"}}
    await mirror.hear(body("customer.order.created", two))
    assert [one["customer_id"] for one in await mirror.journal()] == ["cust_1", "cust_2"]


async def test_an_order_that_changes_hands_is_noted_for_both(mirror: Mirror) -> None:
    item = {"product": {"name": "Tea"}, "amount": 5}
    for number, (who, status) in enumerate((("cust_1", "CREATED"), ("cust_2", "PAID")), 1):
        order = {"id": "ord_1", "status": status, "items": [item], "customer": {"id": who}}
        said = {"customer": {"id": who}, "order": order}
        await mirror.hear(body("customer.order.updated", said, f"2026-03-0{number}T10:00:00Z", number))
    first, *both = await mirror.journal()
    told = {one["customer_id"]: changed(one) for one in both}
    was, now = (
        {path: after for path, (_, after) in changed(first).items() if path.startswith("orders.")},
        told["cust_2"],
    )
    assert told["cust_1"] == {path: (after, None) for path, after in was.items()}
    assert now["orders.ord_1.status"] == (None, "PAID")
    assert {path for path in now if path.startswith("orders.")} == was.keys()
    assert [row["version"] for row in (await mirror.rows(kept_too=True))["customer"]] == [2, 1]


async def test_a_redemption_that_changes_hands_is_noted_for_both(mirror: Mirror) -> None:
    for number, who in enumerate(("cust_1", "cust_2", "cust_1"), 1):
        said = {"redemption": {"id": "r_1", "result": "SUCCESS", "customer_id": who}}
        await mirror.hear(body("redemption.succeeded", said, f"2026-03-0{number}T10:00:00Z", number))
    for entry in (await mirror.journal())[1:]:
        before, after = changed(entry)["redemptions.r_1.result"]
        assert {before, after} == {None, "SUCCESS"}
    assert [row["version"] for row in (await mirror.rows(kept_too=True))["customer"]] == [3, 2]


async def test_an_older_telling_is_noted_as_late(mirror: Mirror) -> None:
    await mirror.hear(body("customer.updated", customer(), WEDNESDAY, 1))
    order = {"order": {"id": "ord_1", "status": "CREATED"}}
    await mirror.hear(body("customer.order.created", WHO | order, MONDAY, 2))
    assert [one["late"] for one in await mirror.journal()] == [False, True]
    assert [one["occurred_at"] for one in await mirror.journal()] == [WEDNESDAY, MONDAY]
    assert (await mirror.row())["told_at"] == WEDNESDAY


async def test_a_change_that_is_taken_back_at_once_is_not_noted(mirror: Mirror) -> None:
    club: dict[str, Any] = {"loyalty": {"campaigns": {"Club": {"points": 1}}}}
    await mirror.hear(body("customer.updated", customer(**club), MONDAY, 1))
    await mirror.hear(body("customer.updated", customer(**club), WEDNESDAY, 2))
    assert len(await mirror.journal()) == 1


async def test_a_body_without_time_or_id_is_a_repeat_of_the_last_word_only(mirror: Mirror) -> None:
    said = [json.dumps(customer(name=name)).encode() for name in ("Ann", "Bob", "Ann", "Ann")]
    arrivals = [receive(one, 10**15 + 1000 * number, "customer.updated") for number, one in enumerate(said)]
    assert await mirror.write(arrivals) == ["applied", "applied", "applied", "duplicate"]
    assert (await mirror.row())["name"] == "Ann"
    again = receive(said[0], 10**15 + 9000, "customer.updated")
    assert await mirror.write([again]) == ["duplicate"]


async def test_positions_are_dense_under_two_writers(postgres_url: str) -> None:
    async with AsyncExitStack() as stack:
        mirrors = [await stack.enter_async_context(mirroring(postgres_url, batch=5)) for _ in range(2)]
        arrivals = [receive(renamed(f"Ann {n}", n, who=n % 7), 1) for n in range(200)]
        await asyncio.gather(*(mirrors[n % 2].take([arrival]) for n, arrival in enumerate(arrivals)))
        journal = await mirrors[0].journal()
    assert [one["position"] for one in journal] == list(range(1, len(journal) + 1))
    for who in {one["customer_id"] for one in journal}:
        versions = [one["version"] for one in journal if one["customer_id"] == who]
        assert versions == list(range(1, len(versions) + 1))


async def test_the_last_position_is_told_to_listeners_after_commit(mirror: Mirror) -> None:
    heard: list[tuple[int, int]] = []

    async def announce(position: int) -> None:
        heard.append((position, len(await mirror.journal())))

    mirror.inbox._announce = announce
    await mirror.hear(*(renamed(f"Ann {n}", n, who=n) for n in range(5)))
    await mirror.inbox.drain()
    assert heard[-1] == (5, 5)
