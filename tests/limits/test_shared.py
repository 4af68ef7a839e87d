"""One budget for several processes, kept by Redis; where that is gone each keeps its own, and nobody waits."""

import asyncio
from pathlib import Path

from gql_app.viewers.budget import MINUTE
from gql_app.viewers.shared_budget import shared_budget
from tests.conftest import free_port, started_redis
from tests.limits.asking import asked, refusal
from tests.limits.test_budget import Clock
from tests.stage import on_stage


async def test_processes_that_share_a_redis_share_the_budget(sqlite_url: str, redis_url: str) -> None:
    settings = {"cost_per_minute": 100, "feed_url": redis_url}
    async with on_stage(sqlite_url, **settings) as one, on_stage(sqlite_url, **settings) as other:
        assert [(await asked(stage)).status_code for stage in (one, other)] == [200, 200]
        told = [refusal(await asked(stage)) for stage in (one, other)]
    assert [one["cost"] for one in told] == [{"requested": 40, "perMinute": 100}] * 2


async def test_processes_without_a_redis_count_each_for_itself(sqlite_url: str) -> None:
    async with on_stage(sqlite_url, cost_per_minute=60) as one, on_stage(sqlite_url, cost_per_minute=60) as other:
        assert [(await asked(stage)).status_code for stage in (one, other)] == [200, 200]


async def test_deployments_share_a_redis_without_sharing_budgets(redis_url: str) -> None:
    clock = Clock()
    async with shared_budget(redis_url, "one", 60, clock) as one, shared_budget(redis_url, "two", 60, clock) as two:
        assert [await budget.spend("ann", 60) for budget in (one, two)] == [0, 0]
        assert 0 < await one.spend("ann", 60) <= MINUTE


async def test_what_redis_keeps_of_a_viewer_goes_by_itself(redis_url: str) -> None:
    from redis.asyncio import Redis

    async with shared_budget(redis_url, "passing", 60, Clock()) as budget, Redis.from_url(redis_url) as redis:
        await budget.spend("ann", 30)
        assert 0 < await redis.pttl("gql_app_budget:passing:ann") <= 30_000


async def test_a_redis_that_goes_and_comes_back_keeps_nobody_from_asking(tmp_path: Path) -> None:
    port, clock = free_port(), Clock()
    async with shared_budget(f"redis://127.0.0.1:{port}", "", 60, clock) as budget:
        with started_redis(port, str(tmp_path)):
            await until_shared(budget, clock)
            assert await budget.spend("ann", 60) == 0
            assert await budget.spend("ann", 60) > 0
        assert await budget.spend("ann", 60) == 0
        assert await budget.spend("ann", 60) > 0
        with started_redis(port, str(tmp_path)):
            await until_shared(budget, clock)
            assert await budget.spend("bob", 60) == 0


async def until_shared(budget: object, clock: Clock) -> None:
    """Lets time go by until Redis answers again."""
    async with asyncio.timeout(10):
        while True:
            clock.time += 10
            await budget.spend("prober", 1)  # type: ignore[attr-defined]
            if budget.is_shared:  # type: ignore[attr-defined]
                return
            await asyncio.sleep(0.02)


async def test_a_redis_that_hangs_is_not_waited_for_twice(tmp_path: Path) -> None:
    asked = 0

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += 1
        await reader.read()
        writer.close()

    silent = await asyncio.start_server(hang, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    async with silent, shared_budget(f"redis://127.0.0.1:{port}", "", 60, Clock()) as budget:
        assert [await budget.spend("ann", 1) for _ in range(20)] == [0] * 20
    assert asked == 1
