"""Everyone who follows the same changes: one statement and one encoding for each stretch of the journal.

A subscriber owns a position, not a queue. The stream keeps the last items; who has fallen behind them reads
the journal until it has caught up, together with whoever has fallen behind as far.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from gql_app.errors import MirrorError
from gql_app.live.follower import Step
from gql_app.live.group import Group
from gql_app.live.interest import Key
from gql_app.live.recent import Item, Recent
from gql_app.live.shared import Shared

STEP = 200
"""Positions read by one statement."""

HANDFUL = 128 * 1024
"""Bytes that wait for one member at a time, or one item where that is larger: it may never come to read them."""

STRETCHES = 2
"""Kept for those who come back after them, as everyone does at once when a process has ended."""

Read = Callable[[int, int], Coroutine[Any, Any, list[Item]]]


class JournalReset(MirrorError):
    """The journal is not the one this stream began with."""


class Stream(Group):
    """`read` gives the items after one position up to another; `note` is told how many were handed out."""

    __slots__ = ("_goal", "_note", "_read", "_recent", "_stretches", "_stride", "position")

    def __init__(
        self,
        read: Read,
        begins: int,
        idle_seconds: float,
        keys: frozenset[Key] | None = None,
        note: Callable[[int], object] = int,
    ) -> None:
        super().__init__(idle_seconds, keys)
        self.position = begins
        self._note = note
        self._goal = begins
        self._read = read
        self._recent = Recent(begins)
        self._stride = STEP
        self._stretches: Shared[tuple[int, int], list[Item]] = Shared(STRETCHES)

    def hear(self, step: Step) -> None:
        """Goes on to where the journal stands."""
        if step.begun_anew:
            self.end(JournalReset())
            return
        if step.before is not None:
            self.pass_over(step.before.position)
        if step.now.position > self._goal:
            self._goal = step.now.position
            self.wake()

    def pass_over(self, position: int) -> None:
        """Nothing up to this position concerned the question beyond what it was told of."""
        if self.position == self._goal:
            self.position = self._goal = max(self._goal, position)

    async def look(self) -> None:
        """Reads once for all members, in stretches; each is passed on before the next is read."""
        while self.position < self._goal:
            after, upto = self.position, min(self._goal, self.position + STEP)
            items = await self._read(after, upto)
            self._recent.keep(items)
            self.position = upto
            if len(handful(items, upto)[0]) < len(items):
                self.bell.ring()
            else:
                members = await self.bell.hand_out(after, upto, [result for _, result in items])
                self._note(members * len(items))

    async def since(self, after: int) -> tuple[list[Item], int]:
        """What follows a position, a handful of it, and how far that reaches."""
        if after >= self._recent.begins:
            return handful(self._recent.after(after), max(self.position, after))
        upto = min(self.position, after + self._stride)
        items = await self._stretches.get((after, upto), lambda: self._read(after, upto))
        size = sum(len(result.payload) for _, result in items)
        self._stride = max(1, min(STEP, (upto - after) * HANDFUL // max(size, 1)))
        return handful(items, upto)


def handful(items: list[Item], upto: int) -> tuple[list[Item], int]:
    """The first of these items, and how far they reach."""
    size = 0
    for count, (_, result) in enumerate(items):
        size += len(result.payload)
        if count and size > HANDFUL:
            return items[:count], items[count - 1][0]
    return items, upto
