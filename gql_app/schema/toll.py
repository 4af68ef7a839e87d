"""What each viewer may ask of us: so much in a minute, and so many operations at once.

Nothing of this is asked where events come in: webhooks have no viewer.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gql_app.errors import RateLimited
from gql_app.schema.request import Request
from gql_app.viewers.budget import Budget
from gql_app.viewers.crowd import Crowd, Crowded
from gql_app.viewers.payer import payer_of

REFUSED_COST = 10
"""What a request costs that is refused: it was read and judged all the same."""

LEAST_COST = 1


class Toll:
    """Refuses whoever asks too much; without a budget nobody's cost is counted."""

    def __init__(self, queries: int, subscriptions: int, budget: Budget | None = None, per_minute: int = 0) -> None:
        self.queries = Crowd(queries)
        self.subscriptions = Crowd(subscriptions)
        self._budget = budget
        self._per_minute = per_minute

    async def charge(self, request: Request, cost: int) -> None:
        """Raises RateLimited where this viewer cannot afford it now, or not at all."""
        if self._budget is None:
            return
        price = max(cost, LEAST_COST)
        wait = await self._budget.spend(payer_of(request.viewer, request.address), price)
        if wait > 0:
            raise self._beyond(price, wait)

    async def charge_refused(self, request: Request) -> None:
        """The same for a request that was refused."""
        await self.charge(request, REFUSED_COST)

    def asking(self, request: Request) -> Any:
        """A context in which a query runs; raises RateLimited where too many do."""
        return _among(self.queries, request, "GQL_APP_QUERIES_PER_VIEWER", "queries")

    def listening(self, request: Request) -> Any:
        """A context in which a subscription runs; raises RateLimited where too many do."""
        return _among(self.subscriptions, request, "GQL_APP_SUBSCRIPTIONS_PER_VIEWER", "subscriptions")

    def _beyond(self, price: int, wait: float) -> RateLimited:
        most = self._per_minute
        said = f"This costs {price}, of {most} a minute (GQL_APP_COST_PER_MINUTE)"
        seconds = math.ceil(wait)
        told = {"code": "RATE_LIMITED", "cost": {"requested": price, "perMinute": most}}
        if price > most:
            return RateLimited(f"{said}, so it can never be afforded: ask for less at once.", told, None)
        return RateLimited(f"{said}: try again in {seconds} s.", told, seconds)


@contextmanager
def _among(crowd: Crowd, request: Request, setting: str, what: str) -> Iterator[None]:
    try:
        with crowd.place(payer_of(request.viewer, request.address)):
            yield
    except Crowded:
        message = f"{crowd.most} of your {what} run already, which is the most ({setting}): let one end first."
        told = {"code": "TOO_MANY_OPERATIONS", "maximum": crowd.most, "setting": setting}
        raise RateLimited(message, told, 1) from None
