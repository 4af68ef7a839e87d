"""Several processes on one database: what one is told, the subscribers of the others see."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest

from tests.conftest import free_port
from tests.stage import Stage, on_stage

from .feeds import cut
from .scenes import after, cursors, following, here, rename

NEVER = 600.0
"""Seconds: a poll that cannot be what delivered."""


@dataclass(frozen=True)
class World:
    """A database, and the feed of the instances on it where that is not the database's own."""

    database: str
    feed: str | None = None


@pytest.fixture(params=["sqlite", "postgres", "redis"])
def world(request: pytest.FixtureRequest) -> World:
    """Every way in which instances hear of one another."""
    if request.param == "redis":
        return World(request.getfixturevalue("postgres_url"), request.getfixturevalue("redis_url"))
    return World(request.getfixturevalue(f"{request.param}_url"))


async def twins(stack: AsyncExitStack, world: World, poll_seconds: float) -> tuple[Stage, Stage]:
    """Two instances; subscribers are at the second."""
    settings = {"poll_seconds": poll_seconds, "feed_url": world.feed}
    first = await stack.enter_async_context(on_stage(world.database, **settings))
    return first, await stack.enter_async_context(on_stage(world.database, **settings))


async def test_a_change_reaches_the_subscribers_of_another_instance(world: World) -> None:
    async with AsyncExitStack() as stack:
        first, second = await twins(stack, world, NEVER)
        start = await here(first)
        watcher = await stack.enter_async_context(second.watcher())
        await following(second, watcher)
        for expected in after(start, 5):
            await rename(first, expected)
            assert await cursors(watcher, 1) == [expected]


async def test_an_object_is_seen_to_change_at_another_instance(world: World) -> None:
    async with AsyncExitStack() as stack:
        first, second = await twins(stack, world, NEVER)
        watcher = await stack.enter_async_context(second.watcher())
        await watcher.subscribe('subscription { customer(by: {id: "cust_1"}) { name } }')
        assert await watcher.data() == {"customer": None}
        await rename(first, "Ann")
        assert await watcher.data() == {"customer": {"name": "Ann"}}


@pytest.mark.parametrize("world", ["postgres", "redis"], indirect=True)
async def test_a_lost_connection_is_made_again(world: World, caplog: pytest.LogCaptureFixture) -> None:
    async with AsyncExitStack() as stack:
        first, second = await twins(stack, world, NEVER)
        start = await here(first)
        watcher = await stack.enter_async_context(second.watcher())
        await following(second, watcher)
        await rename(first, "Connected")
        assert await cursors(watcher, 1) == after(start, 1)
        assert await cut(world.feed or world.database) >= 2
        for expected in after(start, 4)[1:]:
            await rename(first, expected)
            assert await cursors(watcher, 1) == [expected]
        assert "feed_disconnected" in caplog.text


async def readiness(stage: Stage) -> tuple[int, str]:
    """The status and the word about the feed."""
    answer = await stage.client.get("/health/ready")
    return answer.status_code, answer.json()["feed"]


async def test_a_service_without_its_feed_is_ready_and_says_how(database_url: str) -> None:
    nobody = f"redis://127.0.0.1:{free_port()}"
    async with on_stage(database_url, feed_url=nobody, poll_seconds=0.1) as stage, stage.watcher() as watcher:
        start = await here(stage)
        await following(stage, watcher)
        await rename(stage, "Ann")
        assert await cursors(watcher, 1) == after(start, 1)
        assert await readiness(stage) == (200, "polling")
    async with on_stage(database_url) as stage:
        while await readiness(stage) != (200, "ok"):
            await asyncio.sleep(0)


async def test_without_a_word_the_poll_delivers(database_url: str) -> None:
    async with AsyncExitStack() as stack:
        first, second = await twins(stack, World(database_url, "memory://"), 0.1)
        start = await here(first)
        watcher = await stack.enter_async_context(second.watcher())
        await following(second, watcher)
        for expected in after(start, 3):
            await rename(first, expected)
            assert await cursors(watcher, 1) == [expected]
