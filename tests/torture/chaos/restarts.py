"""A service of one process that is killed and started again, elsewhere."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.live.served import Served, served
from tests.torture.chaos.troubles import Troubles


@dataclass
class Restarting:
    """One life after the other on the same file."""

    database: str
    log: list[str] = field(default_factory=list)
    dying: asyncio.Event = field(default_factory=asyncio.Event)
    up: asyncio.Event = field(default_factory=asyncio.Event)
    url: str = ""

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            async with served("--database-url", self.database) as server:
                await self._live(server)

    async def _live(self, server: Served) -> None:
        server.log, self.url = self.log, server.url
        self.up.set()
        await self.dying.wait()
        self.dying.clear()
        self.up.clear()

    async def kill(self) -> int:
        """Ends this life, whatever is going on; returns once another has begun."""
        self.dying.set()
        self.up.clear()
        await self.up.wait()
        return 1


@asynccontextmanager
async def restarting(database: str, chance: random.Random) -> AsyncIterator[tuple[Restarting, Troubles]]:
    """The service, and the trouble that it dies now and then."""
    service = Restarting(database)
    living = asyncio.create_task(service.run())
    try:
        await service.up.wait()
        yield service, Troubles(chance, {"services killed": (3.0, service.kill)})
    finally:
        living.cancel()
        await asyncio.wait([living])
