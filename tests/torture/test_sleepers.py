"""Clients that never read, beside some that do: they hold little, are let go in time, and disturb nobody.

GQL_APP_TEST_SLEEPERS=1000 tries so many, beside a tenth of that who read, on a service of its own and with `-s` says
what memory that took.
"""

import asyncio
import os
import time
from contextlib import aclosing
from typing import Any

import httpx2
import psutil
import pytest

from gql_app.web.limits import Limits
from tests.live.scenes import HERE, after, here, on_tuned_stage, until
from tests.live.served import PATIENCE, Served, served
from tests.torture.chaos.doors import DOORS, Question
from tests.torture.chaos.events import Happening, Teller
from tests.torture.chaos.oracle import ALL
from tests.torture.sleepers import fall_asleep, sleepers

SLEEPERS = int(os.environ.get("GQL_APP_TEST_SLEEPERS", "0"))
LARGE = 20_000
BACKLOG = 100
FEW = 10
"""Files that a service may open meanwhile on its own account."""

TEXTS = """subscription($after: Cursor) { customerChanges(after: $after) { cursor
  ... on CustomerChange { changes { before after } } } }"""


def large(number: int) -> Happening:
    """A customer whose description is long, and new."""
    text = chr(97 + number % 26) * LARGE
    return Happening(number, "cust_1", "customer.updated", {"customer": {"id": "cust_1", "description": text}})


async def tell(place: Any, numbers: range) -> None:
    """Tells of each."""
    teller = Teller(place)
    for number in numbers:
        await teller.repeat(large(number))


async def heard(door: Any, url: str, start: str, count: int) -> list[str]:
    """The cursors of so many changes."""
    found: list[str] = []
    async with aclosing(door(url, Question(ALL, False, start))) as items:
        async for item in items:
            found.append(item["cursor"])
            if len(found) == count:
                return found
    return found


def question(number: int, start: str) -> dict[str, Any]:
    """Every other sleeper has much to catch up with."""
    return {"query": TEXTS, "variables": {"after": start if number % 4 < 2 else None}}


async def test_sleepers_are_let_go_and_readers_hear_everything(database_url: str) -> None:
    async with on_tuned_stage(database_url, limits=Limits(send_timeout=0.5)) as stage:
        start = await here(stage)
        await tell(stage, range(BACKLOG))
        with sleepers() as asleep:
            for number in range(40):
                asleep.append(await fall_asleep(stage.url, question(number, start), over_socket=number % 2 == 0))
            await until(lambda: stage.parts.watching.streams.members)
            reading = [asyncio.create_task(heard(DOORS[n % 2], stage.url, start, 2 * BACKLOG)) for n in range(10)]
            await tell(stage, range(BACKLOG, 2 * BACKLOG))
            assert await asyncio.gather(*reading) == [after(start, 2 * BACKLOG)] * 10
            await until(lambda: not stage.parts.socket.sockets and not stage.parts.http.streams)
            await until(lambda: not stage.parts.watching.streams.members)


async def cursor_at(server: Served) -> str:
    """Where the journal stands."""
    async with httpx2.AsyncClient(base_url=server.url, trust_env=False, verify=False) as client:
        answer = await client.post("/graphql", json={"query": HERE})
    cursor: str = answer.json()["data"]["mirror"]["cursor"]
    return cursor


class Memory:
    """What the server's process takes, and how many files it holds, at named moments and at most."""

    def __init__(self, process: int) -> None:
        self._process = psutil.Process(process)
        self._began = time.monotonic()
        self._files = self._process.num_fds()
        self.most = 0
        self.notes: list[str] = []
        self.note("begun")

    def note(self, moment: str) -> None:
        """Takes a reading."""
        taken, files = self._process.memory_info().rss // 2**20, self._process.num_fds()
        self.notes.append(f"{time.monotonic() - self._began:.0f} s, {moment}: {taken} MB, {files} files")

    async def watch(self) -> None:
        """Looks often, until cancelled."""
        while True:
            self.most = max(self.most, self._process.memory_info().rss // 2**20)
            await asyncio.sleep(0.1)

    async def hold(self, clients: int) -> None:
        """Waits until so many clients are connected."""
        async with asyncio.timeout(PATIENCE):
            while self._process.num_fds() < self._files + clients:
                await asyncio.sleep(0.1)
        self.note("all are asleep")

    async def let_go(self) -> None:
        """Waits until every client's connection has been closed."""
        async with asyncio.timeout(PATIENCE):
            while self._process.num_fds() > self._files + FEW:
                await asyncio.sleep(0.1)
        self.note("all were let go")

    def __str__(self) -> str:
        return "\n".join([*self.notes, f"at most: {self.most} MB"])


@pytest.mark.skipif(not SLEEPERS, reason="a long run: set GQL_APP_TEST_SLEEPERS")
async def test_many_sleepers_take_little_memory(sqlite_url: str) -> None:
    async with served("--database-url", sqlite_url) as server:
        start = await cursor_at(server)
        await tell(server, range(BACKLOG))
        with sleepers() as asleep:
            memory = Memory(server.process.pid)
            watching = asyncio.create_task(memory.watch())
            for number in range(SLEEPERS):
                asleep.append(await fall_asleep(server.url, question(number, start), over_socket=number % 2 == 0))
            await memory.hold(SLEEPERS)
            readers = (heard(DOORS[n % 2], server.url, start, 2 * BACKLOG) for n in range(SLEEPERS // 10))
            reading = [asyncio.create_task(one) for one in readers]
            await tell(server, range(BACKLOG, 2 * BACKLOG))
            assert await asyncio.gather(*reading) == [after(start, 2 * BACKLOG)] * len(reading)
            memory.note("everything was read")
            await memory.let_go()
            watching.cancel()
        print(memory)
