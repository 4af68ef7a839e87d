"""While nothing can be stored the sender is told to come back; the very next event after that is applied."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest

from gql_app.errors import Outage
from tests.ingest.mirror import mirroring, renamed
from tests.ingest.test_door import mirror_of, post
from tests.stage import Stage, on_stage


async def test_a_full_queue_is_503_with_a_time_to_come_back(database_url: str) -> None:
    async with on_stage(database_url, writer_queue=1, writer_batch=1) as stage:
        async with stage.parts.database.turn():
            posts = [asyncio.create_task(post(stage, renamed("Ann", n))) for n in range(1, 6)]
            done, waiting = await asyncio.wait(posts, return_when=asyncio.FIRST_COMPLETED)
            refused = done.pop().result()
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
        assert 202 in {(await one).status_code for one in waiting}


async def refused_and_then_taken(stage: Stage, away: Any) -> None:
    """While it is away nothing is stored; the very next event is."""
    async with away:
        response = await post(stage, renamed("Ann"))
        assert (response.status_code, response.headers["retry-after"]) == (503, "5")
        assert "SQL" not in response.text
    assert (await post(stage, renamed("Ann"))).json()["status"] == "stored"
    assert await mirror_of(stage).inbox_rows() == [("customer.updated", "applied", None)]
    assert [one["version"] for one in await mirror_of(stage).journal()] == [1]


async def test_a_server_that_lets_nobody_in_is_an_outage(postgres_server: str, postgres_url: str) -> None:
    async with on_stage(postgres_url) as stage:
        await refused_and_then_taken(stage, closed_database(postgres_server, postgres_url))


async def test_a_writer_that_is_cut_off_in_its_turn_leaves_nothing(postgres_server: str, postgres_url: str) -> None:
    async with on_stage(postgres_url) as stage:
        await refused_and_then_taken(stage, cut_off(postgres_server, postgres_url))


async def test_a_file_that_another_process_locks_is_an_outage(sqlite_url: str) -> None:
    async with on_stage(sqlite_url) as stage:
        await refused_and_then_taken(stage, locked_file(sqlite_url.removeprefix("sqlite:///")))


async def test_a_file_that_is_locked_is_looked_at_all_the_time(sqlite_url: str) -> None:
    async with mirroring(sqlite_url) as mirror, locked_file(sqlite_url.removeprefix("sqlite:///")):
        database: Any = mirror.database
        looks: list[str] = []
        await database._writer.set_trace_callback(looks.append)
        database.lock_seconds = 0.5
        with pytest.raises(Outage, match="locked"):
            async with database.turn():
                pass
    assert looks.count("BEGIN IMMEDIATE") > 10, "SQLite's own waiting would be one look for us"


async def test_a_broken_writer_connection_costs_no_event_after_it(postgres_server: str, postgres_url: str) -> None:
    async with on_stage(postgres_url) as stage, administrator(postgres_server) as admin:
        await post(stage, renamed("Ann", 1))
        await admin.execute(TERMINATE, _database(postgres_url))
        answers = [(await post(stage, renamed(f"Ann {n}", n))).status_code for n in range(2, 5)]
        assert set(answers[1:]) == {202}, "at most the first finds out"
        assert {*answers} <= {202, 503}


TERMINATE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()"
WRITER = TERMINATE + " AND application_name = 'gql-app writer' AND wait_event_type = 'Lock'"


@asynccontextmanager
async def administrator(server: str) -> AsyncIterator[Any]:
    """A connection that may end others."""
    connection = await asyncpg.connect(server)
    try:
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def closed_database(server: str, url: str) -> AsyncIterator[None]:
    """Nobody is let in, and who was in is put out."""
    async with administrator(server) as admin:
        await admin.execute(f'ALTER DATABASE "{_database(url)}" ALLOW_CONNECTIONS false')
        await admin.execute(TERMINATE, _database(url))
        yield
        await admin.execute(f'ALTER DATABASE "{_database(url)}" ALLOW_CONNECTIONS true')


@asynccontextmanager
async def cut_off(server: str, url: str) -> AsyncIterator[None]:
    """The writer waits for its turn behind somebody else, and loses its connection there."""
    async with administrator(server) as admin, administrator(url) as rival, rival.transaction():
        await rival.execute("SELECT 1 FROM mirror_state FOR UPDATE")
        cutting = asyncio.create_task(_cut_when_waiting(admin, _database(url)))
        yield
        cutting.cancel()
        assert await cutting > 1, "it tried again, and was cut off again"


async def _cut_when_waiting(admin: Any, database: str) -> int:
    """How often it was cut off until this was cancelled."""
    times = 0
    with suppress(asyncio.CancelledError):
        while True:
            times += len(await admin.fetch(WRITER, database))
    return times


HOLD = """import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()"""


@asynccontextmanager
async def locked_file(path: str) -> AsyncIterator[None]:
    """Another process holds the file's write lock."""
    pipe = asyncio.subprocess.PIPE
    holder = await asyncio.create_subprocess_exec(sys.executable, "-c", HOLD, path, stdin=pipe, stdout=pipe)
    assert holder.stdin is not None
    assert holder.stdout is not None
    await holder.stdout.readline()
    try:
        yield
    finally:
        holder.stdin.close()
        await holder.wait()


def _database(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")
