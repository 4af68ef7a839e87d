"""Wakes everyone who waits, once per ring, or hands what there is to those who need not be woken for it."""

import asyncio
from dataclasses import dataclass

from gql_app.live.recent import Result, Take

TOGETHER = 100
"""So many are handed something before others have their turn: less than two milliseconds."""


@dataclass(slots=True)
class Seat:
    """Where one who waits stands, and what takes for it; up to `begins` it sees to itself what it has not had yet."""

    place: int
    take: Take
    begins: int = 0


class Bell:
    """Rings are not kept: look first, then wait."""

    __slots__ = ("_failure", "_waiting")

    def __init__(self) -> None:
        self._waiting: dict[asyncio.Future[bool], Seat | None] = {}
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

    async def hand_out(self, after: int, upto: int, results: list[Result]) -> int:
        """Gives all there is between two positions to those who wait now, and returns to how many; whoever cannot
        take it is woken.
        """
        waiting, taken = list(self._waiting.items()), 0
        for begin in range(0, len(waiting), TOGETHER):
            for sleeper, seat in waiting[begin : begin + TOGETHER]:
                if sleeper.done():
                    continue
                if seat and seat.place <= after >= seat.begins and _took(seat, results):
                    seat.place, taken = upto, taken + 1
                else:
                    sleeper.set_result(True)
            await asyncio.sleep(0)
        return taken

    def fail(self, error: Exception) -> None:
        """Wakes all who wait, and whoever waits from now on, with this error."""
        self._failure = error
        self.ring()

    async def wait(self, seat: Seat | None = None) -> bool:
        """What the next ring says."""
        self._raise_failure()
        sleeper: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting[sleeper] = seat
        try:
            news = await sleeper
        finally:
            self._waiting.pop(sleeper, None)
        self._raise_failure()
        return news

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure.with_traceback(None)


def _took(seat: Seat, results: list[Result]) -> bool:
    try:
        return not results or seat.take(results)
    except Exception:
        return False  # once it is woken it fails by itself, where nobody else is disturbed
