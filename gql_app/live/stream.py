"""Everyone who follows the same changes: one statement and one encoding for each stretch of the journal.

A subscriber owns a position, not a queue. The stream keeps the last items; who has fallen behind them reads
the journal on its own until it has caught up.
"""

from collections.abc import Awaitable, Callable

from gql_app.errors import MirrorError
from gql_app.live.follower import Step
from gql_app.live.group import Group
from gql_app.live.recent import Item, Recent

STEP = 200
"""Positions read by one statement."""

Read = Callable[[int, int], Awaitable[list[Item]]]


class JournalReset(MirrorError):
    """The journal is not the one this stream began with."""


class Stream(Group):
    """`read` gives the items after one position up to another."""

    def __init__(self, read: Read, begins: int, idle_seconds: float) -> None:
        super().__init__(idle_seconds)
        self.position = begins
        self._goal = begins
        self._read = read
        self._recent = Recent(begins)

    def hear(self, step: Step) -> None:
        """Goes on to where the journal stands."""
        if step.begun_anew:
            self.end(JournalReset())
        elif step.now.position > self._goal:
            self._goal = step.now.position
            self.wake()

    async def look(self) -> None:
        """Reads once for all members, in stretches; each is passed on before the next is read."""
        while self.position < self._goal:
            upto = min(self._goal, self.position + STEP)
            self._recent.keep(await self._read(self.position, upto))
            self.position = upto
            self.bell.ring()

    async def since(self, after: int) -> tuple[list[Item], int]:
        """What follows a position, and how far that reaches."""
        if after >= self._recent.begins:
            return self._recent.after(after), max(self.position, after)
        upto = min(self.position, after + STEP)
        return await self._read(after, upto), upto
