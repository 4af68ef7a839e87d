"""Work in pieces, between which the loop hears what others have to say."""

import asyncio
import time
from collections.abc import Callable

OFTEN = 0.002
"""Seconds for each piece: where others hold the loop longer, several are let through at its next turn."""


class Yielding:
    """`async with` lets one piece of work through at each turn of the loop, five hundred a second at the least.

    Many deliveries that come at once would else be understood at one stroke, while the answers of a database that works
    in a process of its own lie unread and it has nothing to do.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._at_once = 1
        self._places = asyncio.Semaphore(self._at_once)

    async def __aenter__(self) -> None:
        await self._places.acquire()

    async def __aexit__(self, *_raised: object) -> None:
        begun = self._clock()
        try:
            await asyncio.sleep(0)
        finally:
            wanted = max(1, int((self._clock() - begun) / OFTEN))
            more = max(-1, wanted - self._at_once)
            self._at_once += more
            for _ in range(1 + more):
                self._places.release()
