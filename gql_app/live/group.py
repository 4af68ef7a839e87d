"""What is done once for everyone who asks the same: a task that looks for news, and a bell to say so."""

import asyncio
import logging
from abc import ABC, abstractmethod
from contextlib import AbstractAsyncContextManager

from gql_app.errors import MirrorError, Outage
from gql_app.live.bell import Bell
from gql_app.live.follower import Step
from gql_app.live.interest import Key

RETRY_SECONDS = 1.0
PATIENCE_SECONDS = 60.0

log = logging.getLogger(__name__)


class Group(ABC):
    """Looks through outages of a minute; what fails for good ends every member's answers with that error."""

    __slots__ = ("_idle", "_news", "bell", "keys")

    def __init__(self, idle_seconds: float | None = None, keys: frozenset[Key] | None = None) -> None:
        self.bell = Bell()
        self.keys = keys
        """What customers must have to concern the question; None where any may."""

        self._idle = idle_seconds
        self._news = asyncio.Event()

    @abstractmethod
    def hear(self, step: Step) -> None:
        """Takes a step of the journal to heart, and calls `wake` where it may concern the question."""

    @abstractmethod
    async def look(self) -> None:
        """Reads what is new, and rings."""

    def wake(self) -> None:
        """There may be news; however often it is said meanwhile, it is looked at once."""
        self._news.set()

    def end(self, error: Exception) -> None:
        """Every member's answers end with this error."""
        self.bell.fail(error)
        self.wake()

    async def run(self, turns: AbstractAsyncContextManager[object]) -> None:
        """Looks whenever it is woken, each time in a turn; where nothing happened for the idle time, rings to say just
        that.
        """
        try:
            while not self.bell.has_failed:
                if await self._woken():
                    await self._look_through_outages(turns)
                else:
                    self.bell.ring(news=False)
        except MirrorError as error:
            self.end(error)
        except Exception:
            log.exception("group_failed")
            self.end(MirrorError())

    async def _woken(self) -> bool:
        try:
            async with asyncio.timeout(self._idle):
                await self._news.wait()
        except TimeoutError:
            return False
        self._news.clear()
        return True

    async def _look_through_outages(self, turns: AbstractAsyncContextManager[object]) -> None:
        loop = asyncio.get_running_loop()
        give_up_at = loop.time() + PATIENCE_SECONDS
        while not self.bell.has_failed:
            try:
                async with turns:
                    await self.look()
                return
            except Outage as error:
                if loop.time() > give_up_at:
                    raise
                log.warning("group_waits", extra={"error": type(error).__name__})
                await asyncio.sleep(RETRY_SECONDS)
