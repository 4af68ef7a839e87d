"""Clients leave and come back while everything fails that can: each hears the journal as it asked for it.

GQL_APP_TEST_CHAOS_CLIENTS=200 GQL_APP_TEST_CHAOS_SECONDS=60 make a long run of it, GQL_APP_TEST_CHAOS_SEED another one;
with `-s` each says what it did.
"""

import os
import random

from tests.live.served import served
from tests.torture.chaos.restarts import restarting
from tests.torture.chaos.run import Run, Scale, failures
from tests.torture.chaos.troubles import troubling

SCALE = Scale(
    clients=int(os.environ.get("GQL_APP_TEST_CHAOS_CLIENTS", "20")),
    seconds=float(os.environ.get("GQL_APP_TEST_CHAOS_SECONDS", "8")),
    seed=int(os.environ.get("GQL_APP_TEST_CHAOS_SEED", "1")),
)


async def test_workers_die_and_connections_are_cut(postgres_url: str) -> None:
    chance = random.Random(SCALE.seed)
    async with served("--workers", "2", "--database-url", postgres_url) as server:
        await server.begun(2)
        async with troubling(postgres_url, server, chance) as troubles:
            run = Run(server, postgres_url, SCALE)
            found = await run.through(troubles)
        print(run.report(), dict(troubles.counted))
    assert not (found := found + failures(server.log)), "\n".join(found)


async def test_the_whole_service_dies(sqlite_url: str) -> None:
    async with restarting(sqlite_url, random.Random(SCALE.seed)) as (service, troubles):
        run = Run(service, sqlite_url, SCALE)
        found = await run.through(troubles)
        print(run.report(), dict(troubles.counted))
    assert not (found := found + failures(service.log)), "\n".join(found)
