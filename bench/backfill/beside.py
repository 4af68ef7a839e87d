"""Deliveries at a steady rate, and how long each took: alone, and while a load runs, in turns."""

import asyncio
import itertools
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench.events import delivery
from bench.soak.load import Wire

WIRES = 8
ROUNDS = 3
SECONDS = 10.0
"""Of each half of a round."""


@dataclass
class Deliveries:
    """So many a second, on connections that are kept; each is measured from when it was due."""

    port: int
    rate: int
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def measured(self, seconds: float) -> list[float]:
        """The seconds that each took."""
        return asyncio.run(self._measured(seconds))

    async def _measured(self, seconds: float) -> list[float]:
        taken = await asyncio.gather(*(self._sent(place / self.rate, seconds) for place in range(WIRES)))
        return list(itertools.chain.from_iterable(taken))

    async def _sent(self, offset: float, seconds: float) -> list[float]:
        wire, taken = Wire(self.port), []
        due = time.monotonic() + offset
        ends = due + seconds
        while due < ends:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            status = await wire.say(delivery(next(self.numbers)))
            if status != 202:
                raise SystemExit(f"bench: a delivery was answered {status}")
            taken.append(time.monotonic() - due)
            due += WIRES / self.rate
        return taken


def percentile(seconds: list[float], part: int) -> float:
    """In milliseconds."""
    return statistics.quantiles(seconds, n=100)[part - 1] * 1000
