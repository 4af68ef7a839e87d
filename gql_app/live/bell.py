"""Wakes everyone who waits, once per ring."""

import asyncio


class Bell:
    """Rings are not kept: look first, then wait."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        """Wakes all who wait now."""
        waiting, self._waiting = self._waiting, set()
        for sleeper in waiting:
            if not sleeper.done():
                sleeper.set_result(None)

    async def wait(self, seconds: float | None = None) -> bool:
        """True where it rang, False where the time ran out first."""
        loop = asyncio.get_running_loop()
        sleeper = loop.create_future()
        alarm = loop.call_later(seconds, _give_up, sleeper) if seconds is not None else None
        self._waiting.add(sleeper)
        try:
            await sleeper
        except TimeoutError:
            return False
        finally:
            self._waiting.discard(sleeper)
            if alarm is not None:
                alarm.cancel()
        return True


def _give_up(sleeper: "asyncio.Future[None]") -> None:
    if not sleeper.done():
        sleeper.set_exception(TimeoutError())
