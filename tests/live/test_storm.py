"""Many events at once, while subscribers come and go: everyone hears the journal from where they began."""

import asyncio
import random

import pytest

from tests.stage import Stage, on_stage

from .scenes import BRIEF, after, cursors, here, person

EVENTS = 500


async def storm(stage: Stage) -> None:
    """All events at once."""

    async def post(number: int) -> None:
        response = await stage.post("customer.updated", person(f"Name {number}", number))
        assert response.status_code == 202

    for batch in range(0, EVENTS, 100):
        await asyncio.gather(*(post(number) for number in range(batch, batch + 100)))


async def hear_all(stage: Stage, start: str, last: str, chance: random.Random) -> list[str]:
    """Every cursor from the start to the last one, over as many connections as chance has it."""
    heard: list[str] = []
    while not heard or heard[-1] != last:
        async with stage.watcher() as watcher:
            await watcher.subscribe(BRIEF, after=([start, *heard])[-1])
            for _ in range(chance.randint(1, 200)):
                heard += await cursors(watcher, 1)
                if heard[-1] == last:
                    break
            watcher.socket.transport.abort()
    return heard


async def hear_from_now(stage: Stage, last: str) -> list[str]:
    """Every cursor from wherever the journal is to the last one."""
    async with stage.watcher() as watcher:
        await watcher.subscribe(BRIEF)
        heard = await cursors(watcher, 1)
        while heard[-1] != last:
            heard += await cursors(watcher, 1)
        watcher.socket.transport.abort()
        return heard


@pytest.mark.parametrize("seed", range(2))
async def test_a_storm_is_heard_in_order_by_everyone(database_url: str, seed: int) -> None:
    async with on_stage(database_url, writer_batch=EVENTS) as stage:
        start = await here(stage)
        journal = after(start, EVENTS)
        many = [hear_all(stage, start, journal[-1], random.Random(seed * 100 + n)) for n in range(8)]
        others = [hear_from_now(stage, journal[-1]) for _ in range(4)]
        raging = asyncio.create_task(storm(stage))
        heard = await asyncio.gather(*many, *others)
        await raging
    assert heard[: len(many)] == [journal] * len(many)
    assert all(tail == journal[-len(tail) :] for tail in heard[len(many) :])
