"""What connections promise, read back from the databases themselves."""

import asyncio
import socket
import threading
from contextlib import suppress
from typing import Any

import pytest

from gql_app.commands.listening import listen
from gql_app.database import open_database
from gql_app.errors import MirrorError


async def test_readers_cannot_write(database_url: str) -> None:
    database = await open_database(database_url, readers=1)
    try:
        with pytest.raises(MirrorError):
            await database.read("DELETE FROM mirror_state RETURNING id", ())
        assert await database.read("SELECT count(*) FROM mirror_state", ()) == [(1,)]
    finally:
        await database.close()


async def test_arrays_are_gathered_in_the_order_of_their_rows(postgres_url: str) -> None:
    database = await open_database(postgres_url, readers=1)
    try:
        assert await database.read("SHOW max_parallel_workers_per_gather", ()) == [("0",)]
    finally:
        await database.close()


def test_small_answers_are_sent_at_once() -> None:
    with listen("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP


async def cancelled(work: Any, steps: int) -> None:
    """What is begun and cancelled so many turns of the loop later."""
    task = asyncio.create_task(work)
    for _ in range(steps):
        await asyncio.sleep(0)
    task.cancel()
    with suppress(asyncio.CancelledError):
        if (opened := await task) is not None:
            await opened.close()


@pytest.mark.parametrize("steps", [*range(1, 12), 20, 40, 80, 160])
async def test_opening_or_closing_a_file_that_is_cancelled_leaves_no_thread(sqlite_url: str, steps: int) -> None:
    before = set(threading.enumerate())
    await cancelled(open_database(sqlite_url, readers=3), steps)
    await cancelled((await open_database(sqlite_url, readers=3)).close(), steps)
    for thread in set(threading.enumerate()) - before:
        await asyncio.to_thread(thread.join, 10)
        assert not thread.is_alive() or "asyncio" in thread.name
