"""Lives of a service that dies, and senders that go on until everything has been acknowledged."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2

from tests.ingest.mirror import renamed

SOON = 60.0


@dataclass
class Lives:
    """A nursery process, and where its living child listens."""

    nursery: asyncio.subprocess.Process
    url: str = ""
    child: int = 0
    up: asyncio.Event = field(default_factory=asyncio.Event)

    async def begin(self, point: str, turn: int, database_url: str) -> None:
        """Returns once the service listens."""
        assert self.nursery.stdin is not None
        self.nursery.stdin.write(json.dumps([point, turn, database_url]).encode() + b"\n")
        for _ in range(2):  # the two lines come from two processes
            said = await self._said()
            assert "ended" not in said, "it died before it was up"
            self.url, self.child = said.get("url", self.url), said.get("pid", self.child)
        self.up.set()

    async def ended(self) -> int:
        """How it ended: minus the number of the signal."""
        said = (await self._said())["ended"]
        self.up.clear()
        return int(said)

    async def kill(self) -> int:
        """Ends the child that has not died by itself."""
        os.kill(self.child, signal.SIGKILL)
        return await self.ended()

    async def _said(self) -> dict[str, Any]:
        assert self.nursery.stdout is not None
        async with asyncio.timeout(SOON):
            said: dict[str, Any] = json.loads(await self.nursery.stdout.readline())
        return said


@asynccontextmanager
async def lives() -> AsyncIterator[Lives]:
    """A nursery, which is closed with its last child."""
    pipe = asyncio.subprocess.PIPE
    command = (sys.executable, "-W", "ignore", "-m", "tests.torture.dying")
    nursery = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    found = Lives(nursery)
    try:
        yield found
    finally:
        if found.up.is_set():
            await found.kill()
        assert nursery.stdin is not None
        nursery.stdin.close()
        await nursery.wait()


@dataclass
class Retrying:
    """Senders, each with a customer of its own, that repeat an event until it is acknowledged."""

    events: int
    senders: int = 8
    acknowledged: list[str] = field(default_factory=list)
    statuses: list[str] = field(default_factory=list)
    refused: int = 0

    async def run(self, place: Any, offset: int = 0) -> None:
        """Tells everything; `place` has a url and an event that says whether it is up."""
        async with httpx2.AsyncClient(timeout=30, trust_env=False, verify=False) as client:
            tasks = (self._tell(client, place, who, offset) for who in range(self.senders))
            await asyncio.gather(*tasks)

    async def _tell(self, client: httpx2.AsyncClient, place: Any, who: int, offset: int) -> None:
        for number in self.numbers(who, offset):
            at = f"2026-03-03T{number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}Z"
            said = renamed(f"Ann {number}", number, who, at)
            while (status := await self._delivered(client, place, said)) is None:
                self.refused += 1
                await place.up.wait()
            self.acknowledged.append(f"proj_test:whs_{number:06d}a")
            self.statuses.append(status)

    def numbers(self, who: int, offset: int) -> Iterator[int]:
        """The events of one sender."""
        return iter(range(offset + who, offset + self.events, self.senders))

    async def _delivered(self, client: httpx2.AsyncClient, place: Any, said: bytes) -> str | None:
        try:
            response = await client.post(f"{place.url}/webhooks/voucherify", content=said)
        except httpx2.TransportError:
            return None
        if response.status_code == 202:
            status: str = response.json()["status"]
            return status
        assert (response.status_code, response.headers["retry-after"]) == (503, "5"), response.text
        return None
