"""The last items of a stream, as many as may be kept."""

from collections import deque
from collections.abc import Iterable

Item = tuple[int, bytes]
"""A journal position and the encoded answer to send."""

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
            self._bytes += len(item[1])
        while len(self._items) > KEPT or self._bytes > KEPT_BYTES:
            self.begins, payload = self._items.popleft()
            self._bytes -= len(payload)

    def after(self, position: int) -> list[Item]:
        """The kept items that follow a position, in order."""
        found: list[Item] = []
        for item in reversed(self._items):
            if item[0] <= position:
                break
            found.append(item)
        found.reverse()
        return found
