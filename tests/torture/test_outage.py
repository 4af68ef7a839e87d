"""While the database cannot write, the answer is 503; nothing is half-written, and it passes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from gql_app.database.address import read_address
from tests.ingest.mirror import body, customer, mirroring, renamed
from tests.ingest.test_door import post
from tests.ingest.test_outage import TERMINATE, administrator, locked_file
from tests.stage import SOON, Stage, on_stage
from tests.torture.books import check_books
from tests.torture.lives import Retrying
from tests.torture.refusals import refused, stored, taken

BIG = "x" * 200_000


@asynccontextmanager
async def full_disk(stage: Stage) -> AsyncIterator[None]:
    """The file may not grow by a page."""
    writer = stage.parts.database._writer  # type: ignore[attr-defined]
    ((pages,),) = await writer.execute_fetchall("PRAGMA page_count")
    await writer.execute_fetchall(f"PRAGMA max_page_count = {pages}")
    yield
    await writer.execute_fetchall("PRAGMA max_page_count = 1073741823")


@asynccontextmanager
async def read_only(stage: Stage) -> AsyncIterator[None]:
    """Every write is refused with SQLITE_READONLY, as on a file system that was remounted."""
    writer = stage.parts.database._writer  # type: ignore[attr-defined]
    await writer.execute_fetchall("PRAGMA query_only = 1")
    yield
    await writer.execute_fetchall("PRAGMA query_only = 0")


@asynccontextmanager
async def locked(stage: Stage) -> AsyncIterator[None]:
    """Another process holds the file, and nobody waits long."""
    database: Any = stage.parts.database
    database.lock_seconds = 0.05
    async with locked_file(database.path):
        yield


@asynccontextmanager
async def corrupt(stage: Stage) -> AsyncIterator[None]:
    """The first page of the inbox is rubbish; afterwards it is what it was."""
    database: Any = stage.parts.database
    ((page,),) = await database.read("SELECT rootpage FROM sqlite_schema WHERE name = 'inbox'", ())
    ((size,),) = await database.read("PRAGMA page_size", ())
    await database._writer.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
    kept = _exchanged(Path(database.path), (page - 1) * size, b"\xff" * size)
    await database._writer.execute_fetchall("PRAGMA shrink_memory")
    yield
    _exchanged(Path(database.path), (page - 1) * size, kept)
    await database._writer.execute_fetchall("PRAGMA shrink_memory")


def _exchanged(path: Path, place: int, said: bytes) -> bytes:
    """What stood there."""
    with path.open("r+b") as file:
        file.seek(place)
        kept = file.read(len(said))
        file.seek(place)
        file.write(said)
    return kept


@pytest.mark.parametrize("outage", [full_disk, read_only, locked, corrupt])
async def test_an_outage_of_the_file_is_503_and_passes(sqlite_url: str, outage: Any) -> None:
    async with on_stage(sqlite_url) as stage:
        await post(stage, renamed("Ann", 90))
        before = await stored(stage)
        async with outage(stage):
            for number in range(1, 4):
                await refused(stage, body("customer.updated", customer(metadata={"a": BIG}), number=number))
            assert await stored(stage) == before
        await taken(stage)


async def test_a_rival_that_keeps_the_journals_row_is_503_and_passes(postgres_url: str) -> None:
    async with on_stage(postgres_url) as stage, administrator(postgres_url) as rival:
        await post(stage, renamed("Ann", 90))
        before = await stored(stage)
        await stage.parts.database._connection.execute("SET lock_timeout = '50ms'")  # type: ignore[attr-defined]
        async with rival.transaction():
            await rival.execute("SELECT 1 FROM mirror_state FOR UPDATE")
            await refused(stage, renamed("Bob", 1, 1), renamed("Bob", 2, 2))
            assert await stored(stage) == before
        await taken(stage)


class Here:
    """A service that never goes away, for senders that only wait for one that does."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.up = asyncio.Event()
        self.up.set()


async def test_terminated_backends_lose_nothing_and_tell_nothing_twice(postgres_server: str, postgres_url: str) -> None:
    senders = Retrying(events=400)
    async with on_stage(postgres_url) as stage, administrator(postgres_server) as admin:
        sending = asyncio.create_task(senders.run(Here(stage.url)))
        for acknowledged in range(20, senders.events, 25):
            await _reached(senders, acknowledged, sending)
            await admin.execute(TERMINATE, read_address(postgres_url).database)  # type: ignore[union-attr]
        await sending
    async with mirroring(postgres_url) as mirror:
        await check_books(mirror, senders.acknowledged)
        assert len(senders.acknowledged) == senders.events


async def _reached(senders: Retrying, acknowledged: int, sending: "asyncio.Task[None]") -> None:
    async with asyncio.timeout(6 * SOON):
        while len(senders.acknowledged) < acknowledged and not sending.done():
            await asyncio.sleep(0)
