"""How much we write at once while webhooks wait for the same turn: who fetches has time, who delivers has not."""

import asyncio
from dataclasses import dataclass

AMONG, ALONE = 10, 100
"""Tellings a turn: where webhooks come, and where none do."""

QUIET_TURNS = 20
"""So many turns without any delivery, and nobody is held up by longer ones."""

SHORTEST_PAUSE = 0.005
"""Seconds. Who waits for a file's lock looks again every few milliseconds, and must find it free."""


@dataclass(slots=True)
class Courtesy:
    """Begins politely."""

    delivered: int = -1
    quiet: int = 0

    @property
    def is_alone(self) -> bool:
        """Whether nobody has delivered anything for a while."""
        return self.quiet >= QUIET_TURNS

    @property
    def size(self) -> int:
        """How many tellings the next turn may take."""
        return ALONE if self.is_alone else AMONG

    def saw(self, delivered: int) -> None:
        """Learns within a turn how many deliveries there have been so far."""
        self.quiet = self.quiet + 1 if delivered == self.delivered else 0
        self.delivered = delivered

    async def stand_back(self, held: float) -> None:
        """As long again as the turn was held, in seconds, where somebody may wait for it."""
        await asyncio.sleep(0 if self.is_alone else max(SHORTEST_PAUSE, held))
