"""How many of something each may hold at once."""

from collections.abc import Iterator
from contextlib import contextmanager


class Crowded(Exception):
    """Somebody holds as many as they may."""


class Crowd:
    """Counts what each holds; whoever holds nothing takes no memory."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._held: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._held)

    def held(self, who: str) -> int:
        """How many somebody holds now."""
        return self._held.get(who, 0)

    def is_full(self, who: str) -> bool:
        """Whether somebody holds as many as they may."""
        return self.held(who) >= self.most

    @contextmanager
    def place(self, who: str) -> Iterator[None]:
        """One more for as long as the context lasts; raises Crowded."""
        if self.is_full(who):
            raise Crowded
        self._held[who] = self.held(who) + 1
        try:
            yield
        finally:
            left = self._held.pop(who) - 1
            if left:
                self._held[who] = left
