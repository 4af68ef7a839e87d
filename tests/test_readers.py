"""What connections that read promise: never more than allowed, none lost, and none kept by a server that is silent."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import asyncpg
import pytest

from gql_app.database.readers import Readers

MOST = 3
SLOW = "SELECT pg_sleep(30)"
Connect = Callable[[], Awaitable[Any]]


@pytest.fixture
async def opened(postgres_url: str) -> AsyncIterator[list[Any]]:
    """Every connection that was made, ended with the test."""
    found: list[Any] = []
    yield found
    for connection in found:
        connection.terminate()


@pytest.fixture
def connect(postgres_url: str, opened: list[Any]) -> Connect:
    """Makes a connection and remembers it."""

    async def one() -> Any:
        opened.append(await asyncpg.connect(postgres_url, command_timeout=20))
        return opened[-1]

    return one


async def answers(readers: Readers, count: int) -> list[int]:
    """So many questions at once."""
    found = await asyncio.gather(*(readers.fetch("SELECT $1::int", (number,)) for number in range(count)))
    return [row[0] for (row,) in found]


async def test_many_share_few_connections(connect: Connect, opened: list[Any]) -> None:
    readers = Readers(connect, MOST, patience=20)
    assert await answers(readers, 100) == list(range(100))
    assert len(opened) == MOST


async def test_who_is_served_too_late_is_told(connect: Connect) -> None:
    readers = Readers(connect, 1, patience=0.01)
    slow = asyncio.create_task(readers.fetch(SLOW, ()))
    await asyncio.sleep(0)
    with pytest.raises(TimeoutError):
        await readers.fetch("SELECT 1", ())
    slow.cancel()


async def test_a_storm_of_questions_given_up_leaves_every_connection_usable(
    connect: Connect, opened: list[Any]
) -> None:
    readers = Readers(connect, MOST, patience=20)
    for turns in range(60):
        tasks = [asyncio.create_task(readers.fetch(SLOW, ())) for _ in range(5)]
        for _ in range(turns):
            await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    assert await answers(readers, 20) == list(range(20))
    assert sum(not connection.is_closed() for connection in opened) <= MOST


async def test_connections_that_the_server_ended_are_replaced(connect: Connect, opened: list[Any]) -> None:
    readers = Readers(connect, MOST, patience=20)
    await answers(readers, 10)
    for connection in opened:
        connection.terminate()
    assert await answers(readers, 10) == list(range(10))


async def test_a_connection_that_cannot_be_made_takes_no_place(connect: Connect) -> None:
    tries = iter([OSError("no route"), OSError("no route")])

    async def unlucky() -> Any:
        for error in tries:
            raise error
        return await connect()

    readers = Readers(unlucky, 1, patience=5)
    for _ in range(2):
        with pytest.raises(OSError, match="no route"):
            await readers.fetch("SELECT 1", ())
    assert await answers(readers, 2) == [0, 1]
