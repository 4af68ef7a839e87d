"""The toll as the deployment says: shared by all processes where the feed is a Redis, else each keeps its own."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from gql_app.schema.toll import Toll
from gql_app.settings import Settings
from gql_app.viewers.budget import Budget, OwnBudget


@asynccontextmanager
async def open_toll(settings: Settings, feed: str, epoch: str) -> AsyncIterator[Toll]:
    """For as long as the context lasts; `feed` is the feed's URL, the epoch the journal's."""
    async with _budget(settings.cost_per_minute, feed, epoch) as budget:
        most = settings.queries_per_viewer, settings.subscriptions_per_viewer
        yield Toll(*most, budget, settings.cost_per_minute or 0)


@asynccontextmanager
async def _budget(per_minute: int | None, feed: str, epoch: str) -> AsyncIterator[Budget | None]:
    if per_minute is None:
        yield None
    elif not urlsplit(feed).scheme.startswith("redis"):
        yield OwnBudget(per_minute, time.monotonic)
    else:
        from gql_app.viewers.shared_budget import shared_budget

        async with shared_budget(feed, epoch, per_minute, time.monotonic) as shared:
            yield shared
