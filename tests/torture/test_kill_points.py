"""The service dies at named points of a batch: what was acknowledged is there, once, and in order.

GQL_APP_TEST_KILLS says how often it dies at each point; a normal run has two of them.
"""

import asyncio
import os

import pytest

from tests.ingest.mirror import mirroring
from tests.torture.books import check_books
from tests.torture.fate import NEVER, POINTS
from tests.torture.lives import Lives, Retrying, lives

KILLS = int(os.environ.get("GQL_APP_TEST_KILLS", "2"))
EVENTS = 80 * KILLS
TURN = 4
"""The turn of writing in which a life ends."""


async def told_through_deaths(url: str, point: str) -> Retrying:
    """Everything told to a service that dies again and again, and at last does not."""
    senders = Retrying(EVENTS)
    async with lives() as service:
        await service.begin(point, TURN, url)
        sending = asyncio.create_task(senders.run(service))
        await _die(service, point, url)
        await sending
        assert await service.kill() == -9
    return senders


async def _die(service: Lives, point: str, url: str) -> None:
    for number in range(1, KILLS + 1):
        assert await service.ended() == -9, "it died at the point, and of nothing else"
        last = number == KILLS
        await service.begin(NEVER if last else point, TURN, url)


@pytest.mark.parametrize("point", POINTS)
async def test_a_death_loses_nothing_and_tells_nothing_twice(database_url: str, point: str) -> None:
    senders = await told_through_deaths(database_url, point)
    assert senders.refused >= KILLS
    assert ("duplicate" in senders.statuses) == (point == "after commit"), "stored, but not said"
    async with mirroring(database_url) as mirror:
        await check_books(mirror, senders.acknowledged)
        assert {row[1] for row in await mirror.inbox_rows()} == {"applied"}
        names = {row["id"]: row["name"] for row in (await mirror.rows())["customer"]}
    last = {f"cust_{who}": max(senders.numbers(who, 0)) for who in range(senders.senders)}
    assert names == {who: f"Ann {number}" for who, number in last.items()}
