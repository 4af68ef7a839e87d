"""How much a viewer may spend in a minute: the generic cell rate algorithm, one number per viewer.

The number is the moment at which everything spent so far will have been earned back. A budget that nobody draws on
is full after a minute, so whoever's moment has passed is the same as somebody never seen, and may be forgotten.
"""

from collections.abc import Callable
from typing import Protocol

MINUTE = 60.0
MOST_KEPT = 100_000
"""Viewers in one generation: two generations of them are remembered, so that memory has an end."""


class Budget(Protocol):
    """Lets everybody spend so much a minute."""

    async def spend(self, payer: str, cost: int) -> float:
        """Say how many seconds to wait before this can be afforded; 0 where it is spent now."""


class OwnBudget:
    """Kept by one process, on a clock that nobody can set back."""

    def __init__(self, per_minute: int, clock: Callable[[], float], most_kept: int = MOST_KEPT) -> None:
        self._seconds_each = MINUTE / per_minute
        self._clock = clock
        self._most_kept = most_kept
        self._young: dict[str, float] = {}
        self._old: dict[str, float] = {}
        self._turned_at = clock()

    def __len__(self) -> int:
        return len(self._young) + len(self._old)

    async def spend(self, payer: str, cost: int) -> float:
        """Say how many seconds to wait before this can be afforded; 0 where it is spent now."""
        now = self._clock()
        self._forget(now)
        earned_at = max(self._young.get(payer) or self._old.get(payer, now), now) + cost * self._seconds_each
        if earned_at > now + MINUTE:
            return earned_at - now - MINUTE
        self._young[payer] = earned_at
        return 0.0

    def _forget(self, now: float) -> None:
        """Who was last heard of two generations ago; a minute is as long as anybody needs to be remembered."""
        if now - self._turned_at > MINUTE or len(self._young) >= self._most_kept:
            self._old, self._young, self._turned_at = self._young, {}, now
