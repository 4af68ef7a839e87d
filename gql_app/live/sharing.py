"""Subscribers with the same question share its answers: one statement and one encoding per step of the journal.

A subscriber owns a position, not a queue. The group keeps the last answers; who has fallen behind them reads the
journal on its own until it has caught up.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Generic, Protocol, TypeVar

from gql_app.errors import MirrorError
from gql_app.live.bell import Bell
from gql_app.live.follower import Follower

Item = tuple[int, bytes]
"""A journal position and the encoded answer to send."""

KEPT = 512
STEP = 200

log = logging.getLogger(__name__)


class Stream:
    """Everyone who follows the same changes; `read` gives the items after one position up to another."""

    def __init__(self, read: Callable[[int, int], Awaitable[list[Item]]], now: int) -> None:
        self.bell = Bell()
        self._read = read
        self._recent: deque[Item] = deque(maxlen=KEPT)
        self._begins = now
        self._position = now
        self._turn = asyncio.Lock()

    async def hear(self, after: int, upto: int, customers: frozenset[str]) -> None:
        """Reads once for all members; what fails is read with the next step."""
        try:
            async with self._turn:
                await self._advance(upto)
        except MirrorError as error:
            log.warning("stream_waits", extra={"error": type(error).__name__})

    async def _advance(self, upto: int) -> None:
        while self._position < upto:
            step = min(upto, self._position + STEP)
            for item in await self._read(self._position, step):
                if len(self._recent) == KEPT:
                    self._begins = self._recent[0][0]
                self._recent.append(item)
            self._position = step
            self.bell.ring()

    async def since(self, after: int) -> tuple[list[Item], int]:
        """What follows a position, and how far that reaches."""
        if after >= self._begins:
            return [item for item in self._recent if item[0] > after], max(self._position, after)
        upto = min(self._position, after + STEP)
        return await self._read(after, upto), upto


class Watch:
    """Everyone who looks at the same object; `read` gives its answer as it stands."""

    def __init__(
        self, read: Callable[[], Awaitable[bytes]], concerns: Callable[[frozenset[str]], bool]
    ) -> None:
        self.bell = Bell()
        self.latest: bytes | None = None
        self._read = read
        self._concerns = concerns
        self._turn = asyncio.Lock()

    async def hear(self, after: int, upto: int, customers: frozenset[str]) -> None:
        """Looks again where the step may concern the object; an equal answer is no news."""
        if self._concerns(customers):
            try:
                await self.look()
            except MirrorError as error:
                log.warning("watch_waits", extra={"error": type(error).__name__})

    async def look(self) -> bytes:
        """The answer as it stands now."""
        async with self._turn:
            seen = await self._read()
            if seen != self.latest:
                self.latest = seen
                self.bell.ring()
            return seen


class Member(Protocol):
    """What a group is, to those who keep it."""

    async def hear(self, after: int, upto: int, customers: frozenset[str]) -> None: ...


G = TypeVar("G", bound=Member)


class Groups(Generic[G]):
    """The groups of one kind in this process, by question."""

    def __init__(self, follower: Follower) -> None:
        self.follower = follower
        self._open: dict[Hashable, G] = {}
        self._members: dict[Hashable, int] = {}
        self._stacks: dict[Hashable, AsyncExitStack] = {}

    def __len__(self) -> int:
        return len(self._open)

    @asynccontextmanager
    async def joined(self, question: Hashable, begin: Callable[[], G]) -> AsyncIterator[G]:
        """The group of this question; the first member begins it, the last one ends it."""
        if question not in self._open:
            self._open[question] = begin()
            self._members[question] = 0
            stack = self._stacks[question] = AsyncExitStack()
            stack.enter_context(self.follower.telling(self._open[question]))
        self._members[question] += 1
        try:
            yield self._open[question]
        finally:
            self._members[question] -= 1
            if self._members[question] == 0:
                del self._open[question], self._members[question]
                await self._stacks.pop(question).aclose()
