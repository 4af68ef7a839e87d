"""A mistake of ours costs nobody an event: it is asked for again for an hour, then kept; others go on."""

import asyncio
from dataclasses import replace

import pytest

from gql_app.errors import Slip
from gql_app.mirror.arrival import TRIED_AGAIN, Arrival, receive
from gql_app.mirror.facts import Put
from gql_app.web.headers import JSON
from gql_app.web.problems import problem_reply
from models import CustomerSegment
from tests.ingest.mirror import Mirror, renamed

AT = 1_772_532_000_000_000
"""10:00 on the Tuesday of `renamed`."""

MINUTE = 60_000_000
SLIP = Put(CustomerSegment, "cseg_9", {"customer_id": "cust_99", "present": True})
"""What a handler's mistake looks like: the row lacks what it must have, which nobody foresaw."""


def told(after: int, number: int = 99) -> Arrival:
    """An event that is received so many microseconds after it happened."""
    return receive(renamed("Ann", number, who=number), AT + after)


def mistaken(after: int) -> Arrival:
    """The same, mistaken by a handler."""
    return replace(told(after), facts=(SLIP,))


def test_the_moment_is_the_one_of_the_event() -> None:
    event = told(0).event
    assert event is not None
    assert event.happened_at == AT


@pytest.mark.parametrize("after", [0, MINUTE, TRIED_AGAIN - 1, -MINUTE])
async def test_a_slip_is_asked_for_again_while_it_will_be_sent(mirror: Mirror, after: int) -> None:
    with pytest.raises(Slip):
        await mirror.take([mistaken(after)])
    assert await mirror.inbox_rows() == []


async def test_what_is_sent_again_after_the_mistake_is_mended_is_told(mirror: Mirror) -> None:
    for minute in (0, 1, 2, 4):
        with pytest.raises(Slip):
            await mirror.take([mistaken(minute * MINUTE)])
    assert await mirror.take([told(8 * MINUTE)]) == ["applied"]
    assert [row["name"] for row in (await mirror.rows())["customer"]] == ["Ann"]


async def test_a_poison_event_does_not_switch_the_webhook_off(mirror: Mirror) -> None:
    """Tried when Voucherify tries: 1, 2, 4, ... minutes after the first; the thirteenth refusal would be too many."""
    refused = 0
    for minute in (0, *(2**power for power in range(11)), 1440):
        try:
            verdicts = await mirror.take([mistaken(minute * MINUTE)])
        except Slip:
            refused += 1
        else:
            break
    assert refused == 7
    assert verdicts == ["quarantined"]
    [(_, _, reason)] = await mirror.inbox_rows()
    assert reason.startswith("folding failed")


async def test_whose_sender_will_not_send_again_is_kept_at_once(mirror: Mirror) -> None:
    brought = replace(mistaken(MINUTE), source="IMPORT")
    assert await mirror.take([brought]) == ["quarantined"]
    assert await mirror.take([replace(mistaken(2 * TRIED_AGAIN), key="proj:other")]) == ["quarantined"]


async def test_a_slip_holds_up_nobody_beside_it(mirror: Mirror) -> None:
    good = [told(MINUTE, number) for number in range(1, 11)]
    async with mirror.database.turn():
        offered = [asyncio.ensure_future(mirror.inbox.take(one)) for one in (*good[:4], mistaken(MINUTE), *good[4:])]
        await asyncio.sleep(0)
    settled = await asyncio.gather(*offered, return_exceptions=True)
    assert [getattr(one, "verdict", type(one)) for one in settled] == ["applied"] * 4 + [Slip] + ["applied"] * 6


def test_the_sender_is_told_to_come_back_and_nothing_of_the_mistake() -> None:
    reply = problem_reply(Slip("folding failed: KeyError"), JSON)
    assert reply.status == 503
    assert dict(reply.headers)[b"retry-after"] == b"5"
    assert b"KeyError" not in reply.payload
