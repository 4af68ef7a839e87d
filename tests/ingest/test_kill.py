"""The server is killed in the middle of its work, again and again: what it acknowledged it has, once.

5,000 events for each database are asked for by GQL_APP_TEST_KILL_EVENTS=5000; without it there are fewer.
"""

import asyncio
import os
import random
import signal
import socket
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx2

from tests.ingest.mirror import Mirror, mirroring, renamed

EVENTS = int(os.environ.get("GQL_APP_TEST_KILL_EVENTS", "1200"))
SENDERS = 16
KILLS = 4
INBOX = "SELECT key, verdict, id FROM inbox ORDER BY id"
TOLD = "SELECT inbox_id FROM journal ORDER BY position"


@dataclass
class Child:
    """The server as a process of its own, started again whenever it was killed."""

    url: str
    port: int
    up: asyncio.Event = field(default_factory=asyncio.Event)
    process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Returns once it listens."""
        asked = ("serve", "--port", str(self.port), "--database-url", self.url)
        pipe, quiet = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "gql_app", *asked, stdout=pipe, stderr=quiet
        )
        assert self.process.stdout is not None
        async with asyncio.timeout(60):
            assert await self.process.stdout.readline(), "it says where it is"
            while not await self._answers():
                await asyncio.sleep(0)
        self.up.set()

    async def kill(self) -> None:
        """SIGKILL, to this process and no other."""
        assert self.process is not None
        self.up.clear()
        os.kill(self.process.pid, signal.SIGKILL)
        await self.process.wait()

    async def _answers(self) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        await writer.wait_closed()
        return True


def _moment(number: int) -> str:
    return f"2026-03-03T{number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}Z"


@dataclass
class Senders:
    """Each tells the life of its own customer, and repeats an event until it is acknowledged."""

    child: Child
    reached: dict[int, asyncio.Event]
    acknowledged: list[str] = field(default_factory=list)
    repeated: int = 0

    async def run(self, who: int, client: httpx2.AsyncClient) -> None:
        """All events of one customer, in order."""
        for number in range(who, EVENTS, SENDERS):
            said = renamed(f"Ann {number}", number, who, _moment(number))
            while not await self._delivered(client, said):
                self.repeated += 1
                await self.child.up.wait()
            self.acknowledged.append(f"proj_test:whs_{number:06d}a")
            if moment := self.reached.get(len(self.acknowledged)):
                moment.set()

    async def _delivered(self, client: httpx2.AsyncClient, said: bytes) -> bool:
        try:
            return (await client.post("/webhooks/voucherify", content=said)).status_code == 202
        except httpx2.TransportError:
            return False


@asynccontextmanager
async def serving(url: str) -> AsyncIterator[Child]:
    """A server that answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        child = Child(url, free.getsockname()[1])
    await child.start()
    try:
        yield child
    finally:
        await child.kill()


async def told_through_kills(url: str) -> list[str]:
    """Everything is sent, and the server killed at moments that the seed decides."""
    moments = sorted(random.Random(11).sample(range(EVENTS // 10, EVENTS * 9 // 10), KILLS))
    async with (
        serving(url) as child,
        httpx2.AsyncClient(base_url=f"http://127.0.0.1:{child.port}", timeout=30, trust_env=False) as client,
    ):
        senders = Senders(child, {moment: asyncio.Event() for moment in moments})
        sending = asyncio.gather(*(senders.run(who, client) for who in range(SENDERS)))
        for moment in moments:
            await senders.reached[moment].wait()
            await child.kill()
            await child.start()
        await sending
    assert senders.repeated >= KILLS, "the kills hit events on their way"
    return senders.acknowledged


async def test_what_was_acknowledged_is_there_once_and_applied_once(database_url: str) -> None:
    acknowledged = await told_through_kills(database_url)
    async with mirroring(database_url) as mirror:
        kept = await mirror.database.read(INBOX, ())
        assert sorted(row[0] for row in kept) == sorted(acknowledged)
        assert len(set(acknowledged)) == EVENTS
        assert {row[1] for row in kept} == {"applied"}
        assert [row[2] for row in kept] == list(range(1, EVENTS + 1))
        await _check_journal(mirror)


async def _check_journal(mirror: Mirror) -> None:
    journal = await mirror.journal()
    assert [one["position"] for one in journal] == list(range(1, EVENTS + 1))
    assert Counter(row[0] for row in await mirror.database.read(TOLD, ())).most_common(1)[0][1] == 1
    for customer in (await mirror.rows(kept_too=True))["customer"]:
        versions = [one["version"] for one in journal if one["customer_id"] == customer["id"]]
        assert versions == list(range(1, customer["version"] + 1))
