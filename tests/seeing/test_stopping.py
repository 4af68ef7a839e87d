"""A real process that is told to stop while everything around it hangs; workers that hang are replaced."""

import asyncio
import json
import os
import signal
import subprocess
import sys

import pytest

from gql_app.database import open_database
from tests.live.scenes import person
from tests.live.served import served
from tests.live.test_stopping import caller, serving
from tests.stage import SOON, envelope

from .wire import wired

LONGEST = 15.0
"""Seconds that a process told to stop may take, as its keeper was promised."""


def request(body: bytes) -> bytes:
    """A delivery, as it stands on the wire."""
    head = f"POST /webhooks/voucherify HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return head.encode() + body


def event(number: int, name: str = "Ann") -> bytes:
    """A customer, told of."""
    at = "2026-03-02T10:00:00.000Z"
    return json.dumps(envelope("customer.updated", person(name, number), at, f"whs_{number}", f"evt_{number}")).encode()


async def test_a_delivery_that_was_begun_is_taken_before_the_process_ends(database_url: str) -> None:
    said = request(event(1))
    async with serving(database_url) as (process, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(said[:-10])
        async with caller(port) as other:
            process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(SOON):
                await other.socket.wait_closed()
        writer.write(said[-10:])
        async with asyncio.timeout(LONGEST):
            assert (await reader.readline()).startswith(b"HTTP/1.1 202")
            assert await process.wait() == 0
        writer.close()
    database = await open_database(database_url)
    try:
        assert await database.read("SELECT verdict FROM inbox", ()) == [("applied",)]
    finally:
        await database.close()


async def test_clients_that_do_not_read_and_a_database_that_hangs_hold_nobody_up(postgres_url: str) -> None:
    async with wired(postgres_url) as wire, serving(wire.url) as (process, port):
        deaf, stuck = await asyncio.open_connection("127.0.0.1", port, limit=1)
        stuck.write(LISTEN)
        deaf._transport.pause_reading()  # type: ignore[attr-defined]
        async with caller(port) as teller:
            await teller.subscribe("{ mirror { healthy } }")
            await teller.data()
            for number in range(1, 41):
                await tell(port, number)
            wire.freeze(for_good=True)
            answer, hanging = await asyncio.open_connection("127.0.0.1", port)
            hanging.write(request(event(99)))
            await teller.subscribe("{ mirror { healthy } }")
            process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(LONGEST):
                assert (await answer.readline()).startswith(b"HTTP/1.1 503")
                assert await process.wait() == 0
        hanging.close()
        stuck.close()


HANGS = """
import logging, threading
from gql_app.commands import server
server.STOP_SECONDS = 0.2
threading.Thread(target=threading.Event().wait).start()
logging.basicConfig()
server.end_in_time()
"""


def test_what_cannot_be_ended_is_left_behind() -> None:
    ran = subprocess.run([sys.executable, "-c", HANGS], capture_output=True, text=True, timeout=SOON, check=False)
    assert ran.returncode == 1
    assert "stopped_hard" in ran.stderr


LISTEN = (
    b"GET /graphql?query=subscription%7BcustomerChanges%7Bcursor%20...on%20CustomerChange%7Bchanges%7Bbefore%20after"
    b"%7D%7D%7D%7D HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n"
)


async def tell(port: int, number: int) -> None:
    """A large change."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request(event(number, "Ann " * 50_000)))
    assert (await reader.readline()).startswith(b"HTTP/1.1 202")
    writer.close()


async def test_a_worker_that_hangs_is_replaced(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GQL_APP_WORKER_HUNG_SECONDS", "2")
    async with served("--workers", "2", "--database-url", postgres_url) as server:
        await server.begun(2)
        os.kill(server.workers[0], signal.SIGSTOP)
        await server.begun(3)
        assert any('"hung":true' in line for line in server.log)
