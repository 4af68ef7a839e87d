"""The last items of a stream, as many as may be kept."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """An encoded answer to send and, in a stream that can be left, the cursor to come back with."""

    payload: bytes
    cursor: str = ""


Item = tuple[int, Result]
"""A journal position and what is sent of it."""

KEPT = 512
KEPT_BYTES = 4 * 1024 * 1024


class Recent:
    """Everything after the position `begins`; what does not fit is forgotten from the front."""

    def __init__(self, begins: int) -> None:
        self.begins = begins
        self._items: deque[Item] = deque()
        self._bytes = 0

    def keep(self, items: Iterable[Item]) -> None:
        """Items that follow those that are kept."""
        for item in items:
            self._items.append(item)
            self._bytes += len(item[1].payload)
        while len(self._items) > KEPT or self._bytes > KEPT_BYTES:
            self.begins, result = self._items.popleft()
            self._bytes -= len(result.payload)

    def after(self, position: int) -> list[Item]:
        """The kept items that follow a position, in order."""
        found: list[Item] = []
        for item in reversed(self._items):
            if item[0] <= position:
                break
            found.append(item)
        found.reverse()
        return found
