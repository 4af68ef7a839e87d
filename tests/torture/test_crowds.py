"""Crowds: sockets that say nothing, requests that nobody waits for, more events than can be written.

GQL_APP_TEST_SILENT_SOCKETS=10000, GQL_APP_TEST_CANCELLED=100000 and GQL_APP_TEST_OVERLOAD_SECONDS=120 are the full
size; `-s` says what was measured.
"""

import asyncio
import os
import resource
import struct
import time
from collections import Counter
from collections.abc import Coroutine, Iterator
from pathlib import Path

import pytest

from tests.ingest.mirror import renamed
from tests.torture.real import Real, really

SILENT = int(os.environ.get("GQL_APP_TEST_SILENT_SOCKETS", "300"))
CANCELLED = int(os.environ.get("GQL_APP_TEST_CANCELLED", "1500"))
OVERLOAD = float(os.environ.get("GQL_APP_TEST_OVERLOAD_SECONDS", "2"))
PATIENCE = 60.0
CROWD = 2000

UPGRADE = (
    b"GET /graphql HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
    b"sec-websocket-version: 13\r\n"
    b"sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n"
)
STREAM = (
    b"GET /graphql?query=subscription%7BcustomerChanges%7B__typename%7D%7D HTTP/1.1\r\n"
    b"host: localhost\r\naccept: text/event-stream\r\n\r\n"
)


@pytest.fixture(autouse=True)
def many_files() -> Iterator[None]:
    """As many sockets as the machine lets this process, and the server it starts, have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def close_code(server: Real) -> int:
    """With which word a socket is closed on which nothing is ever said."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        writer.write(UPGRADE)
        async with asyncio.timeout(PATIENCE):
            await reader.readuntil(b"\r\n\r\n")
            first, length = await reader.readexactly(2)
            assert first == 0x88, "a close frame is all there is"
            (code,) = struct.unpack("!H", (await reader.readexactly(length))[:2])
        return int(code)
    finally:
        writer.transport.abort()


async def fewer_than(server: Real, descriptors: int) -> None:
    """Waits until it holds no more than so many files."""
    async with asyncio.timeout(PATIENCE):
        while server.descriptors > descriptors:
            await asyncio.sleep(0.05)


async def test_sockets_that_say_nothing_are_closed_and_leave_nothing(sqlite_url: str, tmp_path: Path) -> None:
    async with really(tmp_path, sqlite_url) as server:
        assert await asyncio.to_thread(server.ask, "{ __typename }")
        before, memory = server.descriptors, []
        for _ in range(6 if SILENT >= CROWD else 2):
            codes = Counter(await asyncio.gather(*(close_code(server) for _ in range(SILENT))))
            assert codes == {4408: SILENT}
            await fewer_than(server, before + 10)
            memory.append(server.memory)
        print(f"{SILENT} silent sockets, time after time: {', '.join(f'{one / 1e6:.0f}' for one in memory)} MB")
        if SILENT >= CROWD:  # what fewer leave is less than what is swept up at a time
            assert memory[5] - memory[3] < 2 * 10_000 * SILENT, "by then it had room for as many"
        assert (await asyncio.to_thread(server.ask, "{ __typename }")) == {"__typename": "Query"}


def posted(path: bytes, body: bytes) -> bytes:
    """A whole request."""
    head = b"POST %b HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
    return head % (path, len(body)) + body


def abandoned(number: int) -> bytes:
    """What somebody asks, or tells, who does not wait for the answer."""
    kinds = (
        posted(b"/graphql", b'{"query": "{ customers(first: 50) { nodes { id name } } }"}'),
        posted(b"/webhooks/voucherify", renamed("Ann", number, number % 50)),
        STREAM,
        posted(b"/graphql", b'{"query": "{ mirror { healthy cursor } }"}')[:-5],
    )
    return kinds[number % len(kinds)]


async def test_requests_that_nobody_waits_for_leave_nothing(database_url: str, tmp_path: Path) -> None:
    async with really(tmp_path, database_url) as server:
        assert await asyncio.to_thread(server.ask, "{ __typename }")
        before, numbers = server.descriptors, iter(range(CANCELLED))
        await asyncio.gather(*(_ask_and_leave(server, numbers) for _ in range(20)))
        await fewer_than(server, before + 10)
        async with server.client() as client:
            told = await client.post("/webhooks/voucherify", content=renamed("Zoe", 999_999, 99))
            ready = await client.get("/health/ready")
        found = await asyncio.to_thread(server.ask, '{ customer(by: {id: "cust_99"}) { name } }')
        print(f"{CANCELLED} abandoned requests: {server.memory / 1e6:.0f} MB")
    assert (told.status_code, ready.status_code) == (202, 200)
    assert found == {"customer": {"name": "Zoe"}}
    assert "unexpected" not in server.log.read_text()
    assert "Traceback" not in server.log.read_text()


async def _ask_and_leave(server: Real, numbers: Iterator[int]) -> None:
    for number in numbers:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(abandoned(number))
        await writer.drain()
        if number % 3:
            await asyncio.sleep(0.001 * (number % 5))
        writer.transport.abort()
        del reader


async def test_more_events_than_can_be_written_are_taken_or_sent_back(database_url: str, tmp_path: Path) -> None:
    """What it can do is found out first; five times as much is then offered, whether or not it is answered."""
    async with really(tmp_path, database_url, writer_queue=64) as server, server.client() as client:
        offers = Offers(server)
        begun = time.monotonic()
        await asyncio.gather(*(offers.make() for _ in range(200)))
        rate = 5 * 200 / (time.monotonic() - begun)
        memory, began = server.memory, time.monotonic()
        async with asyncio.TaskGroup() as group:
            while (spent := time.monotonic() - began) < OVERLOAD:
                while offers.made < 200 + spent * rate and offers.open < 1000:
                    group.create_task(offers.make())
                await asyncio.sleep(0.005)
        grown = server.memory - memory
        print(f"{offers.made} offered at {rate:.0f}/s: {dict(offers.answers)}, {grown / 1e6:.0f} MB more")
        await _recovered(client)
    assert set(offers.answers) <= {202, 503}
    assert offers.answers[503], "it was more than could be written"
    assert grown < 100_000_000


class Offers:
    """Events told, and what was answered."""

    def __init__(self, server: Real) -> None:
        self.server = server
        self.answers: Counter[int] = Counter()
        self.made = self.open = 0

    def make(self) -> "Coroutine[None, None, None]":
        """One event more, which counts from now on."""
        self.made, self.open = self.made + 1, self.open + 1
        return self._make(self.made)

    async def _make(self, number: int) -> None:
        """Who is sent back is told when to come again."""
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port)
            try:
                writer.write(posted(b"/webhooks/voucherify", renamed("Ann", number, number % 100)))
                async with asyncio.timeout(PATIENCE):
                    head = await reader.readuntil(b"\r\n\r\n")
            finally:
                writer.transport.abort()
        finally:
            self.open -= 1
        status = int(head.split(b" ")[1])
        assert (b"retry-after: 5" in head) is (status == 503)
        self.answers[status] += 1


async def _recovered(client: object) -> None:
    """What is told next is taken, and the service is ready."""
    async with asyncio.timeout(30):
        while True:
            told = await client.post("/webhooks/voucherify", content=renamed("Zoe", 900_000, 99))  # type: ignore[attr-defined]
            ready = await client.get("/health/ready")  # type: ignore[attr-defined]
            if (told.status_code, ready.status_code) == (202, 200):
                return
