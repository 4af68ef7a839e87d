"""Connections to PostgreSQL: what they are set to, what waits for them, and what becomes of those that hang."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Any

import asyncpg
import pytest

from gql_app.database import Database, PostgresAddress, open_database, read_address, sessions
from gql_app.database.postgres import PostgresDatabase
from gql_app.database.waiting import open_patiently
from gql_app.errors import BadSetting, Outage
from tests.conftest import free_port, named
from tests.stage import SOON

from .wire import Wire, at, wired

ONE = "SELECT 1"


async def outcome(task: "asyncio.Task[Any]") -> Any:
    """What the task came to; fails where it goes on, without cancelling it."""
    done, _ = await asyncio.wait([task], timeout=SOON)
    assert done, "it waits for ever"
    return (await asyncio.gather(task, return_exceptions=True))[0]


async def until_read(database: Database) -> Any:
    """The first answer: a place may take a moment to become free."""
    while True:
        with suppress(Outage):
            return await database.read(ONE, ())


@asynccontextmanager
async def one_reader(url: str) -> AsyncIterator[tuple[Database, Wire]]:
    """A pool of one connection, which the server has just stopped to hear."""
    async with wired(url) as wire:
        database = await open_database(wire.url, readers=1, timeout_seconds=0.2)
        try:
            await database.read(ONE, ())
            wire.freeze()
            yield database, wire
        finally:
            await database.close()


async def test_a_reader_that_hangs_gives_its_place_back(postgres_url: str) -> None:
    async with one_reader(postgres_url) as (database, _):
        ended = await outcome(asyncio.create_task(database.read(ONE, ())))
        assert "did not answer in time" in str(ended)
        assert await outcome(asyncio.create_task(until_read(database))) == [(1,)]


async def test_who_leaves_a_reader_that_hangs_takes_no_place_along(postgres_url: str) -> None:
    async with one_reader(postgres_url) as (database, _):
        leaving = asyncio.create_task(database.read(ONE, ()))
        await asyncio.sleep(0.1)
        leaving.cancel()
        assert isinstance(await outcome(leaving), asyncio.CancelledError)
        assert await outcome(asyncio.create_task(until_read(database))) == [(1,)]


async def test_every_session_has_its_limits(postgres_url: str) -> None:
    database = await open_database(postgres_url, timeout_seconds=7)
    try:
        asked = "SELECT name, setting FROM pg_settings WHERE name LIKE '%_timeout'"
        read = dict(await database.read(asked, ()))
        async with database.turn() as transaction:
            written = dict(await transaction.fetch(asked))
    finally:
        await database.close()
    names = "statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"
    assert [read[name] for name in names] == ["7000", "5000", "30000"]
    assert [written[name] for name in names] == ["30000", "10000", "30000"]


def address(url: str) -> PostgresAddress:
    """What the URL says."""
    found = read_address(url)
    assert isinstance(found, PostgresAddress)
    return found


@pytest.fixture
async def server(postgres_url: str) -> AsyncIterator[Any]:
    """A session that a pooler has kept its own settings of."""
    settings = {"synchronous_commit": "off"}
    connection = await asyncpg.connect(**address(postgres_url).options(), server_settings=settings)
    yield connection
    await connection.close()


async def test_a_session_whose_commits_could_be_lost_is_refused(server: Any) -> None:
    with pytest.raises(BadSetting, match="synchronous_commit=off"):
        await sessions.check(server, sessions.WRITER)


async def test_a_limit_that_got_lost_on_the_way_is_said(
    server: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await sessions.check(server, sessions.reader(7))
    ignored = {record.setting for record in caplog.records if record.message == "postgres_setting_ignored"}
    assert {"statement_timeout", "lock_timeout", "default_transaction_read_only"} <= ignored


async def test_a_database_that_comes_later_is_waited_for(postgres_url: str, caplog: pytest.LogCaptureFixture) -> None:
    port = free_port()
    opening = asyncio.create_task(open_patiently(at(address(postgres_url), port), 1, 5, 30))
    async with asyncio.timeout(SOON):
        while "database_awaited" not in caplog.text:
            await asyncio.sleep(0)
    async with wired(postgres_url) as wire:
        relay = await asyncio.start_server(wire.carry, "127.0.0.1", port)
        async with asyncio.timeout(SOON):
            database = await opening
        await database.close()
        relay.close()
    assert isinstance(database, PostgresDatabase)


async def test_waiting_ends_with_the_setting_that_says_how_long() -> None:
    with pytest.raises(Outage, match=r"cannot be reached.*\(waited 0.1 s: GQL_APP_DATABASE_WAIT_SECONDS\)"):
        await open_patiently(f"postgres://postgres@127.0.0.1:{free_port()}/d", 1, 5, 0.1)


async def test_a_database_that_does_not_exist_is_not_waited_for(
    postgres_server: str, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(Outage, match="3D000"):
        await open_patiently(named(postgres_server, "cg_seeing_nowhere"), 1, 5, 60)
    assert "database_awaited" not in caplog.text


async def test_nor_is_who_may_not_enter(postgres_server: str, caplog: pytest.LogCaptureFixture) -> None:
    nobody = replace(address(postgres_server), user="cg_seeing_nobody", password="hunter2")
    async with wired(postgres_server) as wire, asyncio.timeout(SOON):
        with pytest.raises(Outage, match="28"):
            await open_patiently(at(nobody, wire.port), 1, 5, 60)
    assert "database_awaited" not in caplog.text
    assert "hunter2" not in caplog.text


def test_a_service_that_waited_in_vain_says_so_in_one_line() -> None:
    url = f"postgres://shop:hunter2@127.0.0.1:{free_port()}/shop"
    environment = os.environ | {"DATABASE_URL": url, "GQL_APP_DATABASE_WAIT_SECONDS": "0.5"}
    command = [sys.executable, "-m", "gql_app", "serve", "--port", "0"]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    tries, last = ran.stderr.strip().splitlines()[:-1], ran.stderr.strip().splitlines()[-1]
    assert ran.returncode == 1
    assert tries
    assert all("database_awaited" in line for line in tries)
    assert last.startswith("gql-app: PostgreSQL cannot be reached")
    assert "GQL_APP_DATABASE_WAIT_SECONDS" in last
    assert "hunter2" not in ran.stderr
