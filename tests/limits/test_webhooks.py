"""Deliveries are nobody's question: no viewer's load or refusal stands in their way."""

import asyncio

from tests.limits.asking import ANN, LISTED, asked, refusal
from tests.stage import Stage, on_stage

TIGHT = {"cost_per_minute": 50, "queries_per_viewer": 2, "sockets_per_address": 1}


async def test_who_may_ask_nothing_more_may_still_deliver(database_url: str) -> None:
    async with on_stage(database_url, **TIGHT) as stage:
        while (await asked(stage)).status_code == 200:
            pass
        refusal(await asked(stage))
        for second in range(30):
            assert await stage.tell("customer.updated", ANN, f"2026-03-02T00:00:{second:02}.000Z") == "stored"


async def test_a_storm_of_questions_makes_no_delivery_fail(database_url: str) -> None:
    async with on_stage(database_url, **TIGHT) as stage:
        over = asyncio.Event()
        storm = [asyncio.create_task(asking(stage, over)) for _ in range(8)]
        told = [await stage.tell("customer.updated", ANN, f"2026-03-02T00:01:{second:02}.000Z") for second in range(15)]
        over.set()
        answered = [status for statuses in await asyncio.gather(*storm) for status in statuses]
    assert told == ["stored"] * 15
    assert set(answered) <= {200, 429}
    assert answered.count(429) > 15


async def asking(stage: Stage, over: asyncio.Event) -> list[int]:
    """Somebody who asks without end."""
    statuses = []
    while not over.is_set():
        statuses.append((await asked(stage, LISTED)).status_code)
    return statuses
