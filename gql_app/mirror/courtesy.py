"""How much we write at once while webhooks wait for the same turn: who fetches has time, who delivers has not."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

AMONG, ALONE = 0.004, 0.25
"""Seconds that a turn may be held: where webhooks come, and where none do."""

LEAST, FIRST, MOST = 8, 10, 100
"""Tellings of a turn: at all, at first, and ever. Fewer would hold it nearly as long."""

QUIET_SECONDS = 0.5
"""So long without any delivery, and nobody is held up by longer turns."""

SHORTEST_PAUSE = 0.005
"""Seconds. Who waits for a file's lock looks again every few milliseconds, and must find it free."""


@dataclass(slots=True)
class Courtesy:
    """Begins politely, and learns from each turn how many tellings the next may take."""

    clock: Callable[[], float] = time.monotonic
    size: int = FIRST
    _delivered: int = -1
    _heard_at: float = float("inf")

    @property
    def is_alone(self) -> bool:
        """Whether nobody has delivered anything for a while."""
        return self.clock() - self._heard_at >= QUIET_SECONDS

    def saw(self, delivered: int) -> None:
        """Learns how many deliveries there have been so far."""
        if delivered != self._delivered:
            self._delivered, self._heard_at = delivered, self.clock()

    async def stand_back(self, held: float, taken: int) -> None:
        """Until the next turn, where a turn was held so many seconds for so many tellings: as long again where
        somebody may wait for it.
        """
        if taken:
            wanted = int(taken * (ALONE if self.is_alone else AMONG) / max(held, 1e-6))
            self.size = max(LEAST, min(MOST, wanted, 2 * max(self.size, taken)))
        await asyncio.sleep(0 if self.is_alone else max(SHORTEST_PAUSE, held))
