"""Wakes everyone who waits, once per ring."""

import asyncio


class Bell:
    """Rings are not kept: look first, then wait."""

    def __init__(self) -> None:
        self._waiting: dict[asyncio.Future[bool], None] = {}
        self._failure: Exception | None = None

    @property
    def has_failed(self) -> bool:
        """Whether it will never ring again."""
        return self._failure is not None

    def ring(self, news: bool = True) -> None:
        """Wakes all who wait now, and says whether there is news or only that there is none."""
        waiting, self._waiting = self._waiting, {}
        for sleeper in waiting:
            if not sleeper.done():
                sleeper.set_result(news)

    def fail(self, error: Exception) -> None:
        """Wakes all who wait, and whoever waits from now on, with this error."""
        self._failure = error
        self.ring()

    async def wait(self) -> bool:
        """What the next ring says."""
        self._raise_failure()
        sleeper: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting[sleeper] = None
        try:
            news = await sleeper
        finally:
            self._waiting.pop(sleeper, None)
        self._raise_failure()
        return news

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure.with_traceback(None)
