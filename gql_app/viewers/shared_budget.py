"""One budget for all processes, kept by Redis on its own clock. Where that does not answer each keeps its own."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from gql_app.viewers.budget import MINUTE, OwnBudget

ANSWER_SECONDS = 0.25
"""A question waits no longer than this to be let in."""

PAUSE_SECONDS = 5.0
"""How long a Redis that did not answer is not asked again."""

SPEND = """
local now = redis.call('TIME')
now = tonumber(now[1]) + tonumber(now[2]) / 1000000
local earned = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now) + tonumber(ARGV[1])
local wait = earned - now - tonumber(ARGV[2])
if wait > 0 then return tostring(wait) end
redis.call('SET', KEYS[1], string.format('%.6f', earned), 'PX', math.ceil((earned - now) * 1000))
return '0'
"""
"""KEYS: the payer. ARGV: the seconds in which the cost is earned back, and those in which a whole budget is."""

log = logging.getLogger(__name__)


class SharedBudget:
    """Spends from what Redis keeps."""

    def __init__(self, redis: Redis, prefix: str, per_minute: int, clock: Callable[[], float]) -> None:
        self._spend: Any = redis.register_script(SPEND)
        self._prefix = prefix
        self._seconds_each = MINUTE / per_minute
        self._own = OwnBudget(per_minute, clock)
        self._clock = clock
        self._ask_again_at = clock()

    @property
    def is_shared(self) -> bool:
        """Whether Redis is asked now."""
        return self._clock() >= self._ask_again_at

    async def spend(self, payer: str, cost: int) -> float:
        """Say how many seconds to wait before this can be afforded; 0 where it is spent now."""
        if not self.is_shared:
            return await self._own.spend(payer, cost)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return float(await self._spend([self._prefix + payer], [cost * self._seconds_each, MINUTE]))
        except (RedisError, OSError) as error:
            self._ask_again_at = self._clock() + PAUSE_SECONDS
            log.warning("budget_not_shared", extra={"error": type(error).__name__})
            return await self._own.spend(payer, cost)


@asynccontextmanager
async def shared_budget(
    url: str, epoch: str, per_minute: int, clock: Callable[[], float]
) -> AsyncIterator[SharedBudget]:
    """A budget for as long as the context lasts; deployments share a Redis without sharing budgets."""
    async with Redis.from_url(url, client_name="gql-app-limits", retry=Retry(NoBackoff(), 0)) as redis:
        yield SharedBudget(redis, f"gql_app_budget:{epoch}:", per_minute, clock)
