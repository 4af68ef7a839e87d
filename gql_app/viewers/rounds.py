"""Looking again and again whether something is new, by a task of its own that requests can hurry but never repeat."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """At least every `lasting` seconds; sooner where somebody asks, but never within `eager` ones of the last time."""

    lasting: float
    eager: float


class Rounds:
    """Does the work in that rhythm; what fails is logged as `failed` and tried again the next time."""

    def __init__(self, work: Callable[[], Awaitable[None]], rhythm: Rhythm, failed: str) -> None:
        self._work = work
        self._rhythm = rhythm
        self._failed = failed
        self._wanted = asyncio.Event()
        self._ended = asyncio.Condition()
        self._ended_at = float("-inf")

    @property
    def is_due(self) -> bool:
        """Whether asking now would be heard at once."""
        return asyncio.get_running_loop().time() - self._ended_at >= self._rhythm.eager

    async def next(self) -> None:
        """Returns after the next round, which all who ask meanwhile share."""
        async with self._ended:
            self._wanted.set()
            await self._ended.wait()

    async def run(self) -> None:
        """Goes round until cancelled."""
        while True:
            await self._once()
            await asyncio.sleep(self._rhythm.eager)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._rhythm.lasting - self._rhythm.eager):
                    await self._wanted.wait()

    async def _once(self) -> None:
        try:
            await self._work()
        except Exception as error:
            log.warning(self._failed, extra={"error": type(error).__name__})
        async with self._ended:
            self._wanted.clear()
            self._ended_at = asyncio.get_running_loop().time()
            self._ended.notify_all()
