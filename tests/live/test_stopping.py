"""A service that stops says so, answers what it was asked, and its clients lose nothing."""

import asyncio
import json
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.stage import SOON, Stage, Watcher, on_stage
from tests.web.streams import PARTS, listening

from .scenes import BRIEF, CHANGES, after, cursors, following, here, items, rename, until


async def farewell(socket: ClientConnection) -> tuple[int | None, str | None]:
    """What the socket was closed with."""
    async with asyncio.timeout(SOON):
        with suppress(ConnectionClosed):
            async for _ in socket:
                pass
    return socket.close_code, socket.close_reason


async def test_a_restart_loses_nothing(database_url: str) -> None:
    async with on_stage(database_url) as stage:
        start = await here(stage)
        async with stage.watcher() as watcher:
            await following(stage, watcher)
            await rename(stage, "Ann", "Anna", "Annie")
            heard = await cursors(watcher, 2)
            await stage.parts.socket.sockets.close_all()
            assert await farewell(watcher.socket) == (1012, "Service restart")
        await rename(stage, "Nobody hears this")
    async with on_stage(database_url) as stage, stage.watcher() as watcher:
        await following(stage, watcher, after=heard[-1])
        assert heard + await cursors(watcher, 2) == after(start, 4)


@asynccontextmanager
async def serving(database_url: str) -> AsyncIterator[tuple[Process, int]]:
    """A real `gql-app serve`, and its port."""
    command = [sys.executable, "-m", "gql_app", "serve", "--port", "0", "--database-url", database_url]
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=asyncio.subprocess.DEVNULL)
    try:
        assert process.stdout is not None
        async with asyncio.timeout(30):
            while b"GraphQL" not in (line := await process.stdout.readline()):
                assert line, "it ended"
        yield process, int(line.split(b"/graphql")[0].rsplit(b":", 1)[1])
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


@asynccontextmanager
async def caller(port: int) -> AsyncIterator[Watcher]:
    """A client on a socket of its own."""
    async with connect(f"ws://127.0.0.1:{port}/graphql", subprotocols=["graphql-transport-ws"]) as socket:  # type: ignore[list-item]
        await socket.send(json.dumps({"type": "connection_init"}))
        assert json.loads(await socket.recv())["type"] == "connection_ack"
        yield Watcher(socket)


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
async def test_a_process_told_to_stop_answers_first(database_url: str, told: signal.Signals) -> None:
    body = json.dumps({"query": "{ mirror { eventsReceived } }"}).encode()
    head = f"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    async with serving(database_url) as (process, port), caller(port) as one, caller(port) as another:
        await one.subscribe(BRIEF)
        await another.subscribe("subscription { mirror { eventsReceived } }")
        await another.data()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head.encode() + b"\r\n\r\n" + body[:5])
        await another.subscribe("{ mirror { eventsReceived } }")
        await another.data()
        process.send_signal(told)
        for watcher in (one, another):
            assert await farewell(watcher.socket) == (1012, "Service restart")
        writer.write(body[5:])
        async with asyncio.timeout(SOON):
            assert (await reader.readline()).startswith(b"HTTP/1.1 200")
            assert b"eventsReceived" in await reader.read()
            assert await process.wait() == 0
        writer.close()


async def test_whoever_heard_nothing_yet_is_told_where_to_go_on(stage: Stage) -> None:
    """A client that has no cursor would begin at its return, and miss what happened meanwhile."""
    start = await here(stage)
    async with (
        stage.watcher() as watcher,
        listening(stage.client, CHANGES) as events,
        listening(stage.client, CHANGES, PARTS) as parts,
    ):
        await following(stage, watcher)
        await until(lambda: stage.parts.watching.streams.members == 3)
        await stage.parts.send_listeners_away()
        (item,) = await items(watcher, 1)
        assert (item["__typename"], item["cursor"]) == ("FeedProgress", start)
        assert await farewell(watcher.socket) == (1012, "Service restart")
        assert (await events.event())["id"] == (await parts.part())["payload"]["extensions"]["cursor"] == start
