"""Parts of the service that end the process at a named point, and otherwise pass everything on."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from gql_app.database import Bulk, Database
from gql_app.feed import Feed

POINTS = ("before insert", "after insert", "before commit", "after commit", "before announcement")
NEVER = "never"
INSERT = 'INSERT INTO "inbox"'
TURNS_OF_THE_LOOP = 200
"""After which every answer of a batch has long been sent."""


@dataclass
class Fate:
    """Where this process ends, and how many turns of writing it has seen."""

    point: str
    turn: int
    seen: int = 0

    def reach(self, point: str) -> None:
        """Dies here, if it is here and now."""
        if point == self.point and self.seen == self.turn:
            os.kill(os.getpid(), signal.SIGKILL)


class DyingTransaction:
    """Passes everything on, and looks for the insert."""

    def __init__(self, real: Any, fate: Fate) -> None:
        self._real, self._fate = real, fate

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._real, name)
        return self._watched(method) if callable(method) else method

    def _watched(self, method: Callable[..., Any]) -> Callable[..., Any]:
        async def watched(*given: Any, **named: Any) -> Any:
            changes = [one[0] for one in given if isinstance(one, tuple)]
            inserts = any(isinstance(one, Bulk) and INSERT in one.each for one in changes)
            if inserts:
                self._fate.reach("before insert")
            result = await method(*given, **named)
            if inserts:
                self._fate.reach("after insert")
            return result

        return watched


class DyingDatabase:
    """The real database, watched at every turn."""

    def __init__(self, real: Database, fate: Fate) -> None:
        self._real, self._fate = real, fate

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[Any]:
        """A turn of the real one."""
        async with self._real.turn() as transaction:
            self._fate.seen += 1
            yield DyingTransaction(transaction, self._fate)
            self._fate.reach("before commit")
        self._fate.reach("after commit")


class DyingFeed:
    """The real feed; at its point the answers are out and nobody else has been told."""

    def __init__(self, real: Feed, fate: Fate) -> None:
        self._real, self._fate = real, fate

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    async def announce(self, position: int) -> None:
        """Announces, unless it is too late."""
        for _ in range(TURNS_OF_THE_LOOP if self._fate.seen == self._fate.turn else 0):
            await asyncio.sleep(0)
        self._fate.reach("before announcement")
        await self._real.announce(position)
