"""A mirror that may be dropped and opened again, on a loop of its own."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

from gql_app.database import open_database
from gql_app.mirror.arrival import Arrival
from gql_app.mirror.inbox import Inbox
from gql_app.mirror.ledger import Choice
from gql_app.mirror.replay import Replay
from tests.ingest.mirror import Mirror

T = TypeVar("T")


@dataclass
class World:
    """One mirror on a loop of its own, and the events it has not acknowledged yet."""

    url: str
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

    def deliver(self) -> None:
        """What was not acknowledged comes again."""
        self.run(self.mirror.take(self.lost))
        self.lost.clear()

    def replay(self, ids: list[int]) -> list[Any]:
        """What changed when these events were told again from the inbox."""
        told = self.run(_replayed(self.mirror, Choice(ids=tuple(ids)))) if ids else []
        return [one for one in told if one.changes]

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


async def _replayed(mirror: Mirror, choice: Choice) -> list[Any]:
    return [one async for one in Replay(mirror.database, _unheard).tell(choice)]


async def _crashed(mirror: Mirror, arrivals: list[Arrival], steps: int) -> list[Arrival]:
    """Those that were not acknowledged."""
    waiting = [asyncio.create_task(mirror.inbox.take(arrival)) for arrival in arrivals]
    for _ in range(steps):
        await asyncio.sleep(0)
    unheard = [one for one, task in zip(arrivals, waiting, strict=True) if not task.done()]
    await _dropped(mirror)
    return unheard


async def _dropped(mirror: Mirror) -> None:
    """Nothing that runs is let finish."""
    while running := asyncio.all_tasks() - {asyncio.current_task()}:
        for task in running:
            task.cancel()
        await asyncio.wait(running)
    await mirror.database.close()
