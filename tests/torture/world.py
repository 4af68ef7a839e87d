"""A mirror that may be dropped and opened again, on a loop of its own."""

import asyncio
import shutil
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from gql_app.database import open_database
from gql_app.mirror.arrival import Arrival
from gql_app.mirror.compare import Difference
from gql_app.mirror.inbox import Inbox
from gql_app.mirror.ledger import Choice
from gql_app.mirror.rebuild import Rebuild
from gql_app.mirror.replay import Replay
from gql_app.mirror.shadow import Shadow
from tests.ingest.mirror import Mirror

T = TypeVar("T")


@dataclass
class World:
    """One mirror on a loop of its own, and the events it has not acknowledged yet."""

    url: str
    template: Path
    runner: asyncio.Runner = field(default_factory=asyncio.Runner)
    lost: list[Arrival] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.mirror = self.run(_opened(self.url))
        self.run(self.mirror.clear())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Does it here."""
        return self.runner.run(work)

    def crash(self, arrivals: list[Arrival], steps: int) -> None:
        """Drops everything some turns of the loop after these events came in."""
        self.lost += self.run(_crashed(self.mirror, arrivals, steps))
        self.mirror = self.run(_opened(self.url))

    def crash_in(self, work: Coroutine[Any, Any, Any], steps: int) -> None:
        """Drops everything some turns of the loop after this work was begun."""
        self.run(_dropped_in(self.mirror, work, steps))
        self.mirror = self.run(_opened(self.url))

    def deliver(self) -> None:
        """What was not acknowledged comes again."""
        self.run(self.mirror.take(self.lost))
        self.lost.clear()

    async def replay(self, choice: Choice) -> list[Any]:
        """What became of these events when they were told again from the inbox."""
        return [one async for one in Replay(self.mirror.database, _unheard).tell(choice)]

    async def rebuild(self) -> list[Difference]:
        """What differed from a mirror that was made anew; migrating a fresh file each time would take longer."""
        with TemporaryDirectory() as folder:
            shutil.copy(self.template, f"{folder}/mirror.db")
            fresh = await open_database(f"sqlite:///{folder}/mirror.db", readers=1)
            try:
                return await Rebuild(self.mirror.database, Shadow(fresh), _unheard).run(lambda _told, _total: None)
            finally:
                await fresh.close()

    def close(self) -> None:
        """The end."""
        self.run(_dropped(self.mirror))
        self.runner.close()


async def _opened(url: str) -> Mirror:
    database = await open_database(url, readers=1)
    inbox = Inbox(database, _unheard, batch=3)
    asyncio.create_task(inbox.run(), name="writer")  # noqa: RUF006  # the loop is the machine's, and ends it
    return Mirror(database, inbox)


async def _unheard(_position: int) -> None:
    """Nobody listens."""


async def _crashed(mirror: Mirror, arrivals: list[Arrival], steps: int) -> list[Arrival]:
    """Those that were not acknowledged."""
    waiting = [asyncio.create_task(mirror.inbox.take(arrival)) for arrival in arrivals]
    for _ in range(steps):
        await asyncio.sleep(0)
    unheard = [one for one, task in zip(arrivals, waiting, strict=True) if not task.done()]
    await _dropped(mirror)
    return unheard


async def _dropped_in(mirror: Mirror, work: Coroutine[Any, Any, Any], steps: int) -> None:
    task = asyncio.create_task(work)
    for _ in range(steps):
        await asyncio.sleep(0.0002)  # a thread or a server must have had time to answer, or nothing has begun
        if task.done():
            task.result()
            break
    await _dropped(mirror)


async def _dropped(mirror: Mirror) -> None:
    """Nothing that runs is let finish."""
    while running := asyncio.all_tasks() - {asyncio.current_task()}:
        for task in running:
            task.cancel()
        await asyncio.wait(running)
    await mirror.database.close()
