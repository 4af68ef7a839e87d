"""What goes wrong, again and again: workers are killed, the feed is cut, connections to PostgreSQL are ended."""

import asyncio
import os
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial

import asyncpg

from gql_app.database import read_address
from tests.live.feeds import TERMINATE, cut
from tests.live.served import Served

ANY = """SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1) AS one"""

Harm = Callable[[], Awaitable[int]]
"""Does some, and says to how many."""


@dataclass
class Troubles:
    """Each kind of harm is done at intervals of about so many seconds, and counted."""

    chance: random.Random
    harms: dict[str, tuple[float, Harm]]
    counted: Counter[str] = field(default_factory=Counter)

    @asynccontextmanager
    async def going_on(self) -> AsyncIterator[None]:
        """For as long as the context lasts; harm that could not be done is an error."""
        tasks = [asyncio.create_task(self._repeat(name)) for name in self.harms]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    async def _repeat(self, name: str) -> None:
        seconds, harm = self.harms[name]
        while True:
            await asyncio.sleep(self.chance.uniform(0.5, 1.5) * seconds)
            self.counted[name] += await harm()


@asynccontextmanager
async def troubling(url: str, feed: str, server: Served, chance: random.Random) -> AsyncIterator[Troubles]:
    """Those of several workers on one PostgreSQL, who wake one another by the feed at this address."""
    connection = await asyncpg.connect(**read_address(url).options())  # type: ignore[union-attr]
    turn = asyncio.Lock()

    def ended(statement: str) -> Harm:
        """On the one connection that is not ended itself."""

        async def end() -> int:
            async with turn:
                return len(await connection.fetch(statement))

        return end

    async def killed() -> int:
        with suppress(ProcessLookupError):
            os.kill(chance.choice(server.workers[-2:]), signal.SIGKILL)
            return 1
        return 0

    harms = {
        "feeds cut": (1.0, partial(cut, feed) if feed.startswith("redis") else ended(TERMINATE)),
        "connections ended": (0.7, ended(ANY)),
        "workers killed": (4.0, killed),
    }
    try:
        yield Troubles(chance, harms)
    finally:
        await connection.close()
