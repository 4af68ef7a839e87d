"""How fast one client is heard: who says more is heard later, and its own connection waits."""

from collections.abc import Callable

BURST_SECONDS = 1.0
"""What a client may say at once, in seconds of its rate: one that comes back subscribes to everything anew."""


class Pace:
    """So many messages a second."""

    def __init__(self, per_second: int, clock: Callable[[], float]) -> None:
        self._seconds_each = 1 / per_second
        self._clock = clock
        self._earned_at = 0.0

    def pause(self) -> float:
        """How many seconds to wait after a message before the next is heard."""
        now = self._clock()
        self._earned_at = max(self._earned_at, now) + self._seconds_each
        return max(0.0, self._earned_at - now - BURST_SECONDS)
