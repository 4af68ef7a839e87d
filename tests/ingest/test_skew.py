"""Clocks that are wrong: who is dated far in the future does not win for ever, in no order of arrival."""

import itertools
import json
from typing import Any

import pytest

from gql_app.mirror.arrival import Arrival, receive
from gql_app.mirror.ledger import Choice
from gql_app.voucherify.times import DAY
from gql_app.voucherify.values import moment_at
from tests.ingest.mirror import Mirror, body, customer, folded
from tests.keeper.desk import rebuilt, replayed

NOON = 1_772_532_000_000_000
"""When most of it is heard: 2026-03-03T10:00:00Z."""


def bare(name: str, dated: int | None, heard: int = NOON, kind: str = "customer.updated") -> Arrival:
    """A customer without an envelope who is said to have been updated so long after noon."""
    times = {} if dated is None else {"updated_at": moment_at(NOON + dated)}
    return receive(json.dumps(customer(name=name, **times)).encode(), heard, kind)


async def kept(mirror: Mirror) -> list[Any]:
    """Verdict, note and time of what the inbox has."""
    return await mirror.database.read("SELECT verdict, reason, occurred_at FROM inbox ORDER BY id", ())


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_who_is_dated_in_the_future_gives_way_in_every_order(order: tuple[int, ...]) -> None:
    said = [bare("Future", 2 * DAY), bare("Further", 900 * DAY), bare("Today", 0), bare("Before", -DAY)]
    (row,) = folded(said[number] for number in order)["customer"]
    assert row["name"] == "Today"
    (row,) = folded(said[number] for number in order if number < 2)["customer"]
    assert row["name"] == "Further", "among their like they keep the order that they claim"


def test_when_it_was_heard_says_only_whether_it_is_believed() -> None:
    """Which of two came first makes no difference, and a retry hours later neither."""
    for one, other in itertools.permutations((0, 3_600_000_000)):
        (row,) = folded([bare("Future", 2 * DAY, NOON + one), bare("Further", 3 * DAY, NOON + other)])["customer"]
        assert row["name"] == "Further"


@pytest.mark.parametrize(("ahead", "name"), [(DAY, "Ahead"), (DAY + 1000, "Today")])
def test_a_day_is_bearable(ahead: int, name: str) -> None:
    (row,) = folded([bare("Ahead", ahead), bare("Today", 0)])["customer"]
    assert row["name"] == name


async def test_the_keeper_sees_it_and_the_journal_is_dated_by_what_we_know(mirror: Mirror) -> None:
    assert await mirror.write([bare("Future", 2 * DAY)]) == ["applied"]
    note = (
        "clock skew: dated 2026-03-05T10:00:00.000Z, more than a day after it came: gives way to what is dated rightly"
    )
    assert await kept(mirror) == [("applied", note, None)]
    assert await mirror.write([bare("Future", 2 * DAY, NOON + DAY)]) == ["duplicate"]
    assert [one.reason for one in await replayed(mirror, Choice(ids=(1,)))] == [note]
    (entry,) = await mirror.journal()
    assert (entry["occurred_at"], entry["late"]) == ("2026-03-03T10:00:00.000Z", False)
    assert await rebuilt(mirror) == []


async def test_an_entity_that_is_ahead_of_its_event_is_ordered_by_the_event_and_noted(mirror: Mirror) -> None:
    ahead = customer(name="Ahead", updated_at="2099-01-01T00:00:00Z")
    later = customer(name="Later", updated_at="2026-03-04T11:00:00Z")
    said = [body("customer.updated", ahead, number=1), body("customer.updated", later, "2026-03-04T10:00:00Z", 2)]
    for order in (said, said[::-1]):
        await mirror.clear()
        await mirror.hear(*order)
        assert (await mirror.row())["name"] == "Later"
    assert [reason for _, reason, _ in await kept(mirror)] == [
        None,
        "clock skew: dated 2099-01-01T00:00:00.000Z, more than a day after its event: ordered by the event's time",
    ]


async def test_a_delete_that_does_not_say_when_happened_by_the_time_we_heard_of_it(mirror: Mirror) -> None:
    for number, times in enumerate(
        ({}, {"created_at": moment_at(NOON - DAY)}, {"updated_at": moment_at(NOON + 2 * DAY)})
    ):
        said = {"customer": {"id": f"cust_{number}"} | times}
        await mirror.write([receive(json.dumps(said).encode(), NOON + 1, "customer.deleted")])
    assert [row["deleted_at"] for row in (await mirror.rows())["customer"]] == [moment_at(NOON)] * 3
    assert await rebuilt(mirror) == []


async def test_a_deleted_customers_own_clock_gives_way_to_the_events(mirror: Mirror) -> None:
    await mirror.hear(body("customer.deleted", customer(updated_at="2099-01-01T00:00:00Z")))
    assert (await mirror.row())["deleted_at"] == "2026-03-03T10:00:00.000Z"
