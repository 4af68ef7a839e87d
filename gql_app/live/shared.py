"""Work that is done once for all who want its result, at the same time or soon after."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

KEPT = 8


class Shared(Generic[K, V]):
    """The results of the last few keys; what failed is tried again by whoever asks next."""

    __slots__ = ("_kept", "_tasks")

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._tasks: dict[K, asyncio.Task[V]] = {}
        """The key that was asked for last comes last."""

    async def get(self, key: K, work: Callable[[], Coroutine[Any, Any, V]]) -> V:
        """The key's result. Who stops waiting stops nobody else."""
        task = self._tasks.pop(key, None)
        if task is None or (task.done() and (task.cancelled() or task.exception() is not None)):
            task = asyncio.create_task(work())
            task.add_done_callback(_heard)
        self._tasks[key] = task
        if len(self._tasks) > self._kept:
            del self._tasks[next(iter(self._tasks))]
        return await asyncio.shield(task)


class Joined(Generic[V]):
    """A question that many ask at once: whoever asks while it is being answered shares the next answer, which is
    no older than their asking.
    """

    def __init__(self, work: Callable[[], Coroutine[Any, Any, V]]) -> None:
        self._work = work
        self._running: asyncio.Task[V] | None = None
        self._next: asyncio.Task[V] | None = None

    async def get(self) -> V:
        """The next answer. Who stops waiting stops nobody else."""
        if self._next is None:
            self._next = asyncio.create_task(self._answer(self._running))
            self._next.add_done_callback(_heard)
        return await asyncio.shield(self._next)

    async def _answer(self, before: "asyncio.Task[V] | None") -> V:
        if before is not None:
            await asyncio.wait([before])
        self._running, self._next = self._next, None
        return await self._work()


def _heard(task: "asyncio.Task[Any]") -> None:
    """Where nobody waits any more, nobody misses the error either."""
    if not task.cancelled():
        task.exception()
