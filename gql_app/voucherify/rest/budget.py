"""How many of the allowed calls are ours: what is left belongs to the shop."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from gql_app.errors import BudgetSpent

LONGEST_WAIT = 7200.0
"""Seconds: two of the longest window, an hour. What is over later is no window but the plan's cycle."""

UNSAID_WAIT = 60.0
"""Seconds, where nobody says when the window ends."""


@dataclass(slots=True)
class Budget:
    """Paces everybody who asks through it. `share` of each window is ours; 1 leaves nothing to the shop.

    Clock and pause are handed in, so that a test need not wait.
    """

    share: float = 0.5
    clock: Callable[[], float] = time.monotonic
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    calls: int = 0
    limit: int | None = None
    remaining: int | None = None
    refused: int = 0
    _until: float = field(default=float("-inf"))

    async def turn(self) -> None:
        """Returns when another call may be made; raises BudgetSpent where that is too far away."""
        while (wait := self._until - self.clock()) > 0:
            if wait > LONGEST_WAIT:
                raise BudgetSpent(
                    f"Our share of the calls that Voucherify allows is used up for {wait / 3600:.0f} hours:"
                    " come back then, or raise GQL_APP_VOUCHERIFY_BUDGET_SHARE. What was loaded stays loaded."
                )
            await self.pause(wait)
        self.calls += 1

    @property
    def ours(self) -> int | None:
        """How many calls are left to us in this window, where Voucherify says."""
        if self.limit is None or self.remaining is None:
            return None
        return max(0, self.remaining - self._kept)

    @property
    def _kept(self) -> int:
        """How many of a window are the shop's; at least one call is ours, or nothing would ever come."""
        assert self.limit is not None
        return min(self.limit - 1, int(self.limit * (1 - self.share)))

    def note(self, status: int, headers: Mapping[str, str], server_now: float) -> None:
        """Learns from an answer how many calls are left; `server_now` is seconds since 1970, the server's clock."""
        limit, remaining = _number(headers, "x-rate-limit-limit"), _number(headers, "x-rate-limit-remaining")
        if limit is not None and limit >= 1 and remaining is not None:
            self.limit, self.remaining = int(limit), int(remaining)
        if status == 429:
            self.refused += 1
            self._until = self.clock() + max(1.0, _number(headers, "retry-after") or _rest(headers, server_now))
        elif self.ours == 0:
            self._until = self.clock() + _rest(headers, server_now)


def _rest(headers: Mapping[str, str], server_now: float) -> float:
    """Seconds until the window ends."""
    ends = _number(headers, "x-rate-limit-retry")
    return UNSAID_WAIT if ends is None else max(0.0, ends - server_now)


def _number(headers: Mapping[str, str], name: str) -> float | None:
    try:
        return float(headers[name])
    except (KeyError, ValueError):
        return None
