"""A run that is killed goes on where it was: nothing is lost, and at most one page is fetched twice."""

import asyncio
import os
import random
import signal
import sys
from collections import Counter

from tests.sync.asked import Asked, asking_of, settings_of
from tests.voucherify.api import Api
from tests.voucherify.shop import Shop

KILLS = 4
CUSTOMERS = 2000


async def test_killed_at_random_points_it_ends_the_same(shop: Shop, api: Api, database_url: str) -> None:
    for _ in range(CUSTOMERS):
        shop.join()
    shop.pass_time(3600)
    async with asking_of(api, database_url) as asked:
        kills = await _killed_again_and_again(asked, random.Random(7))
        assert await asked.shown() == asked.true
        kept = await asked.mirror.database.read("SELECT count(*) FROM inbox", ())
        numbers = [row["position"] for row in await asked.mirror.journal()]
    assert kept == [(CUSTOMERS,)]
    assert numbers == list(range(1, CUSTOMERS + 1))
    fetched = Counter(one for one in api.asked if "customers?" in one and "created_at" in one)
    assert sum(fetched.values()) - len(fetched) <= kills
    assert max(fetched.values()) <= 2 or kills > 1


async def _killed_again_and_again(asked: Asked, chance: random.Random) -> int:
    """Kills it after some page or other, then lets it come to its end; returns how often."""
    kills = 0
    while True:
        process = await _started(asked)
        if kills == KILLS:
            assert await process.wait() == 0
            return kills
        last = len(asked.api.asked) + chance.randint(1, 5)
        while len(asked.api.asked) < last and process.returncode is None:
            await asyncio.sleep(0)
        await asyncio.sleep(chance.random() * 0.05)
        if process.returncode is None:
            os.kill(process.pid, signal.SIGKILL)
            kills += 1
        await process.wait()


async def _started(asked: Asked) -> asyncio.subprocess.Process:
    given = settings_of(asked.url, asked.database_url)
    assert given.voucherify_app_id
    environment = os.environ | {
        "GQL_APP_VOUCHERIFY_URL": asked.url,
        "GQL_APP_VOUCHERIFY_APP_ID": "app-id",
        "GQL_APP_VOUCHERIFY_APP_TOKEN": "app-token",
        "DATABASE_URL": asked.database_url,
    }
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "gql_app", "sync", env=environment, stdout=asyncio.subprocess.DEVNULL
    )


async def test_a_run_broken_off_within_an_instant_goes_on_there(shop: Shop, api: Api, sqlite_url: str) -> None:
    shop.join()
    at = shop.now + 5_000_000
    for _ in range(450):
        shop.join(at=at)
    shop.pass_time(3600)
    async with asking_of(api, sqlite_url) as asked:
        api.troubles.extend([0.0, 0.0, 0.0, 403])
        try:
            await asked.load()
        except Exception:
            assert len(api.asked) == 4
        run = await asked.load()
        assert await asked.shown() == asked.true
        assert (run.received, run.expected) == (451, 451)
    again = [one for one, count in Counter(api.asked).items() if count > 1]
    assert len(again) == 1, "the page that was refused"
