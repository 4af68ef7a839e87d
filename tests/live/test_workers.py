"""`gql-app serve --workers`: several processes are one service, also while one of them is killed."""

import asyncio
import os
import signal
import sqlite3
from contextlib import AsyncExitStack

import psutil
import pytest

from gql_app.commands.workers import SAFE_SQLITE, refuse_what_cannot_be_shared
from gql_app.errors import BadSetting
from gql_app.settings import Settings
from tests.stage import Watcher

from .scenes import BRIEF, after, cursors, until
from .served import Served, served
from .test_instances import World
from .test_stopping import farewell


@pytest.fixture(params=["sqlite", "postgres", "redis"])
def world(request: pytest.FixtureRequest) -> World:
    """Every way in which workers hear of one another."""
    if request.param == "redis":
        return World(request.getfixturevalue("postgres_url"), request.getfixturevalue("redis_url"))
    return World(request.getfixturevalue(f"{request.param}_url"))


async def start_of(watcher: Watcher) -> str:
    """The cursor where the journal stands."""
    await watcher.subscribe("query { mirror { cursor } }")
    found: str = (await watcher.data())["mirror"]["cursor"]
    assert (await watcher.message())["type"] == "complete"
    return found


def lives(worker: int) -> bool:
    """Also where nobody buries the dead."""
    return psutil.pid_exists(worker) and psutil.Process(worker).status() != psutil.STATUS_ZOMBIE


async def all_of_it(server: Served, expected: list[str], start: str) -> None:
    """Both workers tell everything, in order."""
    for worker in server.workers[-2:]:
        async with server.caller_at(worker) as watcher:
            await watcher.subscribe(BRIEF, after=start)
            assert await cursors(watcher, len(expected)) == expected


def refused_here(world: World) -> bool:
    """Whether this SQLite is too old for several processes, which must then be said."""
    if not world.database.startswith("sqlite") or sqlite3.sqlite_version_info >= SAFE_SQLITE:
        return False
    with pytest.raises(BadSetting, match=r"3\.51\.3"):
        refuse_what_cannot_be_shared(Settings(database_url=world.database, workers=2))
    return True


async def test_a_worker_is_killed_and_nothing_is_lost(world: World) -> None:
    if refused_here(world):
        return
    async with served("--workers", "2", "--database-url", world.database, feed=world.feed) as server:
        await server.begun(2)
        victim, other = server.workers
        async with server.caller_at(victim) as doomed, server.caller_at(other) as watcher:
            start = await start_of(watcher)
            expected = after(start, 30)
            for one in (doomed, watcher):
                await one.subscribe(BRIEF, after=start)
            for number in range(10):
                await server.tell(number)
            assert await cursors(watcher, 10) == await cursors(doomed, 10) == expected[:10]
            telling = asyncio.gather(*(server.tell(number) for number in range(10, 30)))
            os.kill(victim, signal.SIGKILL)
            await telling
            assert await cursors(watcher, 20) == expected[10:]
            await server.begun(3)
            await all_of_it(server, expected, start)


async def test_workers_stop_together_and_say_so(postgres_url: str) -> None:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(served("--workers", "2", "--database-url", postgres_url))
        await server.begun(2)
        callers = [await stack.enter_async_context(server.caller_at(worker)) for worker in server.workers]
        for one in callers:
            await one.subscribe(BRIEF)
        server.process.send_signal(signal.SIGTERM)
        assert [await farewell(one.socket) for one in callers] == [(1012, "Service restart")] * 2
        async with asyncio.timeout(30):
            assert await server.process.wait() == 0
        assert not any(map(lives, server.workers))


async def test_workers_whose_parent_is_killed_leave_the_port(postgres_url: str) -> None:
    async with served("--workers", "2", "--database-url", postgres_url) as server:
        await server.begun(2)
        server.process.kill()
        await until(lambda: not any(map(lives, server.workers)))


def test_a_feed_of_one_process_is_refused_for_several() -> None:
    with pytest.raises(BadSetting, match="memory://"):
        refuse_what_cannot_be_shared(Settings(database_url="postgres://h/d", feed_url="memory://", workers=2))
