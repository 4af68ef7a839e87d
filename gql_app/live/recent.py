"""The last items of a stream, as many as may be kept."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """An encoded answer to send and, in a stream that can be left, the cursor to come back with."""

    payload: bytes
    cursor: str = ""


Item = tuple[int, Result]
"""A journal position and what is sent of it."""

Take = Callable[[list[Result]], bool]
"""Sends results at once, all of them; False where they would have to wait, and none was sent."""


def not_now(_results: list[Result]) -> bool:
    """Takes nothing at once."""
    return False


KEPT = 512
KEPT_BYTES = 4 * 1024 * 1024


class Recent:
    """Everything after the position `begins`; what does not fit is forgotten from the front. Most streams keep nothing
    yet, and there may be thousands: a list that is empty takes a tenth of a deque.
    """

    __slots__ = ("_bytes", "_items", "begins")

    def __init__(self, begins: int) -> None:
        self.begins = begins
        self._items: list[Item] = []
        self._bytes = 0

    def keep(self, items: Iterable[Item]) -> None:
        """Items that follow those that are kept."""
        for item in items:
            self._items.append(item)
            self._bytes += len(item[1].payload)
        gone = 0
        while len(self._items) - gone > KEPT or self._bytes > KEPT_BYTES:
            self.begins, result = self._items[gone]
            self._bytes -= len(result.payload)
            gone += 1
        del self._items[:gone]

    def after(self, position: int) -> list[Item]:
        """The kept items that follow a position, in order."""
        found: list[Item] = []
        for item in reversed(self._items):
            if item[0] <= position:
                break
            found.append(item)
        found.reverse()
        return found
