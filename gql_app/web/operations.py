"""The operations that run on one socket."""

import asyncio
from collections.abc import Coroutine


class Operations:
    """Owns one task for each operation; an id is free again as soon as either side ends it."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._by_id: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._tasks)

    def __contains__(self, operation_id: str) -> bool:
        return operation_id in self._by_id

    def is_full(self) -> bool:
        """Count also those that were stopped and have not ended yet."""
        return len(self._tasks) >= self._limit

    def start(self, operation_id: str, work: Coroutine[None, None, None]) -> None:
        """Run it in a task of its own."""
        task = asyncio.create_task(work)
        self._by_id[operation_id] = task
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def release(self, operation_id: str) -> None:
        """Free the id of the operation that calls this."""
        if self._by_id.get(operation_id) is asyncio.current_task():
            del self._by_id[operation_id]

    def stop(self, operation_id: str) -> None:
        """Cancel one; an unknown id has just ended and is no mistake."""
        task = self._by_id.pop(operation_id, None)
        if task is not None:
            task.cancel()

    def stop_all(self) -> None:
        """Cancel every one of them."""
        self._by_id.clear()
        for task in self._tasks:
            task.cancel()

    async def ended(self) -> None:
        """Wait until the last has let go of what it held."""
        if self._tasks:
            await asyncio.wait(self._tasks)
