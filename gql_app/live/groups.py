"""The groups of one kind in this process, by question."""

import asyncio
from collections.abc import AsyncIterator, Callable, Hashable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

from gql_app.live.follower import Follower
from gql_app.live.group import Group

G = TypeVar("G", bound=Group)

AT_A_TIME = 8
"""Groups that look at once. Where one poll wakes hundreds, the first to be woken is answered first, instead of all of
them late; a few more than the connections they read through, so that none of those waits for us.
"""


@dataclass(eq=False, slots=True)
class Place(Generic[G]):
    """A group, the task that runs it, and how many it is run for."""

    group: G
    task: "asyncio.Task[None]"
    members: int = 0


class Groups(Generic[G]):
    """Subscribers with the same question share a group; each of them leaves it as the context ends."""

    def __init__(self, follower: Follower) -> None:
        self._follower = follower
        self._open: dict[Hashable, Place[G]] = {}
        self._turns = asyncio.Semaphore(AT_A_TIME)

    def __len__(self) -> int:
        return len(self._open)

    def __iter__(self) -> Iterator[G]:
        return iter([place.group for place in self._open.values()])

    @property
    def position(self) -> int:
        """Everything up to here has been told to the groups that it concerns."""
        return self._follower.position

    @property
    def members(self) -> int:
        """How many share them."""
        return sum(place.members for place in self._open.values())

    @asynccontextmanager
    async def joined(self, question: Hashable, begin: Callable[[], G]) -> AsyncIterator[G]:
        """The group of this question; the first member begins it, the last one ends it."""
        place = self._place(question, begin)
        place.members += 1
        try:
            yield place.group
        finally:
            place.members -= 1
            if place.members == 0:
                await self._vacate(question, place)

    def _place(self, question: Hashable, begin: Callable[[], G]) -> Place[G]:
        place = self._open.get(question)
        if place is None or place.group.bell.has_failed:
            group = begin()
            task = asyncio.create_task(self._run(group), name="group")
            place = self._open[question] = Place(group, task)
        return place

    async def _run(self, group: G) -> None:
        with self._follower.telling(group, group.keys):
            await group.run(self._turns)

    async def _vacate(self, question: Hashable, place: Place[G]) -> None:
        if self._open.get(question) is place:
            del self._open[question]
        place.task.cancel()
        await asyncio.wait([place.task])
