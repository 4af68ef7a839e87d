"""PostgreSQL ends a connection: it says so, and the connection itself ends later, or never where a proxy keeps it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import asyncpg
import pytest

from gql_app.database import open_database, read_address
from gql_app.database.readers import Readers
from gql_app.feed import open_feed
from tests.ingest.mirror import renamed
from tests.ingest.test_door import mirror_of, post
from tests.ingest.test_outage import TERMINATE, administrator
from tests.live.scenes import until
from tests.stage import on_stage


@dataclass
class Proxy:
    """Passes everything on, but keeps the server's end, or all that it says, to itself while told to."""

    host: str
    port: int
    keeps_the_end: bool = False
    says_nothing: bool = False
    last_words: int = 0
    calls: list["asyncio.Task[None]"] = field(default_factory=list)

    def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A client calls."""
        self.calls.append(asyncio.create_task(self._call(reader, writer)))

    async def _call(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, questions = await self._server()
        answering = asyncio.create_task(self._answer(answers, writer))
        try:
            with suppress(ConnectionError):
                while said := await reader.read(65536):
                    questions.write(said)
        finally:
            answering.cancel()
            for one in (writer, questions):
                one.transport.abort()

    async def _server(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self.host.startswith("/"):
            return await asyncio.open_unix_connection(f"{self.host}/.s.PGSQL.{self.port}")
        return await asyncio.open_connection(self.host, self.port)

    async def _answer(self, answers: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while said := await answers.read(65536):
                if not self.says_nothing:
                    writer.write(said)
        self.last_words += 1
        if not self.keeps_the_end:
            writer.close()


@asynccontextmanager
async def proxied(url: str) -> AsyncIterator[tuple[Proxy, str]]:
    """The database by way of the proxy."""
    address = read_address(url).options()  # type: ignore[union-attr]
    proxy, where = Proxy(address["host"], address["port"]), urlsplit(url)
    async with await asyncio.start_server(proxy.take, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        netloc = f"{where.netloc.rpartition('@')[0]}@127.0.0.1:{port}"
        yield proxy, where._replace(netloc=netloc, query="").geturl()
    for call in proxy.calls:
        call.cancel()
    await asyncio.wait(proxy.calls)


async def end_all(server: str, url: str, proxy: Proxy, at_least: int) -> None:
    """Every connection is told that it has ended, and does not end."""
    proxy.keeps_the_end = True
    async with administrator(server) as admin:
        await admin.execute(TERMINATE, urlsplit(url).path.removeprefix("/"))
    await until(lambda: proxy.last_words >= at_least)
    proxy.keeps_the_end = False


async def test_who_asks_notices_nothing(postgres_server: str, postgres_url: str) -> None:
    async with proxied(postgres_url) as (proxy, url):
        database = await open_database(url, readers=1)
        await end_all(postgres_server, url, proxy, 1)
        assert await database.read("SELECT 1", ()) == [(1,)]
        assert len(proxy.calls) == 2
        await database.close()


async def test_a_reader_whose_server_says_nothing_any_more_is_left(postgres_url: str) -> None:
    async with proxied(postgres_url) as (proxy, url):
        readers = Readers(lambda: asyncpg.connect(url, command_timeout=0.2), 1, patience=10, mending_seconds=0.1)
        assert await readers.fetch("SELECT 1", ()) == [(1,)]
        proxy.says_nothing = True
        with pytest.raises(TimeoutError):
            await readers.fetch("SELECT 1", ())
        waiting = asyncio.create_task(readers.fetch("SELECT 2", ()))
        await asyncio.sleep(0)
        proxy.says_nothing = False
        assert await waiting == [(2,)]
        assert len(proxy.calls) == 3  # the first, the one that asked to give up, and the second
        for connection in readers.leave():
            connection.terminate()


async def test_what_is_written_then_is_applied(postgres_server: str, postgres_url: str) -> None:
    async with proxied(postgres_url) as (proxy, url), on_stage(url) as stage:
        assert (await post(stage, renamed("Ann", 1))).status_code == 202
        await end_all(postgres_server, url, proxy, 2)
        assert (await post(stage, renamed("Anna", 2))).status_code == 202
        assert [row[1] for row in await mirror_of(stage).inbox_rows()] == ["applied"] * 2


async def test_the_feed_connects_anew(
    postgres_server: str, postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with proxied(postgres_url) as (proxy, url), open_feed(url) as feed:
        await until(lambda: feed.is_connected)
        await end_all(postgres_server, url, proxy, 1)
        await feed.announce(7)
        await until(lambda: len(proxy.calls) == 2 and feed.is_connected)
    assert "feed_failed" not in caplog.text
