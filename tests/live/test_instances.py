"""Several processes on one database: what one is told, the subscribers of the others see."""

from contextlib import AsyncExitStack

import asyncpg
import pytest

from gql_app.database.address import read_address
from tests.stage import Stage, on_stage

from .scenes import after, cursors, following, here, rename

NEVER = 600.0
"""Seconds: a poll that cannot be what delivered."""

TERMINATE = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE application_name = 'gql-app feed' AND datname = current_database()"""


async def twins(stack: AsyncExitStack, url: str, poll_seconds: float, **other: object) -> tuple[Stage, Stage]:
    """Two instances; subscribers are at the second."""
    first = await stack.enter_async_context(on_stage(url, poll_seconds=poll_seconds))
    return first, await stack.enter_async_context(on_stage(url, poll_seconds=poll_seconds, **other))


async def test_a_change_reaches_the_subscribers_of_another_instance(postgres_url: str) -> None:
    async with AsyncExitStack() as stack:
        first, second = await twins(stack, postgres_url, NEVER)
        start = await here(first)
        watcher = await stack.enter_async_context(second.watcher())
        await following(second, watcher)
        for expected in after(start, 5):
            await rename(first, expected)
            assert await cursors(watcher, 1) == [expected]


async def test_an_object_is_seen_to_change_at_another_instance(postgres_url: str) -> None:
    async with AsyncExitStack() as stack:
        first, second = await twins(stack, postgres_url, NEVER)
        watcher = await stack.enter_async_context(second.watcher())
        await watcher.subscribe('subscription { customer(by: {id: "cust_1"}) { name } }')
        assert await watcher.data() == {"customer": None}
        await rename(first, "Ann")
        assert await watcher.data() == {"customer": {"name": "Ann"}}


async def terminate_feeds(url: str) -> int:
    connection = await asyncpg.connect(**read_address(url).options())  # type: ignore[union-attr]
    try:
        return len(await connection.fetch(TERMINATE))
    finally:
        await connection.close()


async def test_a_lost_connection_is_made_again(postgres_url: str, caplog: pytest.LogCaptureFixture) -> None:
    async with AsyncExitStack() as stack:
        first, second = await twins(stack, postgres_url, NEVER)
        start = await here(first)
        watcher = await stack.enter_async_context(second.watcher())
        await following(second, watcher)
        await rename(first, "Connected")
        assert await cursors(watcher, 1) == after(start, 1)
        assert await terminate_feeds(postgres_url) == 2
        for expected in after(start, 4)[1:]:
            await rename(first, expected)
            assert await cursors(watcher, 1) == [expected]
        assert "feed_disconnected" in caplog.text


async def test_without_a_word_the_poll_delivers(database_url: str) -> None:
    async with AsyncExitStack() as stack:
        first, second = await twins(stack, database_url, 0.1, feed_url="memory://")
        start = await here(first)
        watcher = await stack.enter_async_context(second.watcher())
        await following(second, watcher)
        for expected in after(start, 3):
            await rename(first, expected)
            assert await cursors(watcher, 1) == [expected]
