"""Clients leave and come back while everything fails that can: each hears the journal as it asked for it.

GQL_APP_TEST_CHAOS_CLIENTS=200 GQL_APP_TEST_CHAOS_SECONDS=60 make a long run of it, which takes Redis as well,
GQL_APP_TEST_CHAOS_SEED another one; with `-s` each says what it did.
"""

import os
import random
from dataclasses import replace

import pytest

from tests.live.feeds import ADDRESSES
from tests.live.served import served
from tests.torture.chaos.restarts import restarting
from tests.torture.chaos.run import Run, Scale, failures
from tests.torture.chaos.troubles import troubling

SHORT = Scale(clients=20, seconds=8)
SCALE = Scale(
    clients=int(os.environ.get("GQL_APP_TEST_CHAOS_CLIENTS", SHORT.clients)),
    seconds=float(os.environ.get("GQL_APP_TEST_CHAOS_SECONDS", SHORT.seconds)),
    seed=int(os.environ.get("GQL_APP_TEST_CHAOS_SEED", SHORT.seed)),
)
only_long = pytest.mark.skipif(replace(SCALE, seed=SHORT.seed) == SHORT, reason="only a long run takes Redis too")


@pytest.mark.parametrize("broker", ["postgres", pytest.param("redis", marks=only_long)])
async def test_workers_die_and_connections_are_cut(
    postgres_url: str, broker: str, request: pytest.FixtureRequest
) -> None:
    chance = random.Random(SCALE.seed)
    feed: str = request.getfixturevalue(ADDRESSES[broker])
    async with served("--workers", "2", "--database-url", postgres_url, feed=feed) as server:
        await server.begun(2)
        async with troubling(postgres_url, feed, server, chance) as troubles:
            run = Run(server, postgres_url, SCALE)
            found = await run.through(troubles)
        print(broker, run.report(), dict(troubles.counted))
    assert not (found := found + failures(server.log)), "\n".join(found)


async def test_the_whole_service_dies(sqlite_url: str) -> None:
    async with restarting(sqlite_url, random.Random(SCALE.seed)) as (service, troubles):
        run = Run(service, sqlite_url, SCALE)
        found = await run.through(troubles)
        print(run.report(), dict(troubles.counted))
    assert not (found := found + failures(service.log)), "\n".join(found)
