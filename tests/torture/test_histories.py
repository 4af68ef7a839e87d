"""Every order, any repetition, crash or replay in between: the same state and answer on both databases.

A normal run tries 2,000 histories; GQL_APP_TEST_HISTORIES=100000 is for a long night. Each is told in memory first.
Then forty at a time are told to both databases, every one about customers of its own, so that each is told to them
among others and all of them in a minute. The machine that also crashes, replays, rebuilds and prunes runs for a
eightieth of that number.
"""

import os
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.ingest.mirror import Mirror, folded
from tests.ingest.test_convergence import EVERYTHING
from tests.ingest.test_door import mirror_of
from tests.stage import Stage, on_stage
from tests.torture.books import check_journal, hash_of, spelt_out
from tests.torture.tales import Tale, tales, together
from tests.torture.troubled_life import TroubledLife

GIVEN = "GQL_APP_TEST_HISTORIES"
HISTORIES = int(os.environ.get(GIVEN, "2000"))
ROUND = 1000
TOWNS = 40
STEPS = 10
QUIETLY: dict[str, Any] = {
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
    "phases": [Phase.generate, Phase.shrink],
    "database": None,
}


@pytest.fixture
async def stages(sqlite_url: str, postgres_url: str) -> AsyncIterator[list[Stage]]:
    """The service on each database."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(on_stage(url)) for url in (sqlite_url, postgres_url)]


async def answer_to(stage: Stage, mirror: Mirror, batches: list[list[Any]]) -> Any:
    """What a client is told after these batches, on an empty mirror."""
    await mirror.clear()
    for batch in batches:
        await mirror.write(batch)
    return await stage.ask(EVERYTHING.replace("{ customers {", "{ customers(first: 100) {"))


def invented(count: int, number: int) -> list[Tale]:
    """So many histories, each of which ends in memory as it does when it is told once and in order."""
    found: list[Tale] = []

    @seed(number)
    @given(tale=tales())
    @settings(max_examples=count, **QUIETLY)
    def each(tale: Tale) -> None:
        assert folded(tale.told) == folded(tale.once)
        found.append(tale)

    each()
    return found


async def test_however_a_history_is_told_it_ends_in_the_same_state(stages: list[Stage]) -> None:
    luck = random.randrange(2**32) if GIVEN in os.environ else 0
    for number in range(0, HISTORIES, ROUND):
        found = invented(min(ROUND, HISTORIES), luck + number)
        for start in range(0, len(found), TOWNS):
            await ends_alike(stages, together(found[start : start + TOWNS]))


async def ends_alike(stages: list[Stage], tale: Tale) -> None:
    """On both databases as in memory, row by row and in what a client is told."""
    expected = folded(tale.once)
    answers = [await answer_to(stages[0], mirror_of(stages[0]), [tale.once])]
    for stage in stages:
        mirror = mirror_of(stage)
        answers.append(await answer_to(stage, mirror, tale.batches))
        rows = await mirror.rows()
        assert spelt_out(rows) == spelt_out(expected)
        assert hash_of(rows) == hash_of(expected)
        await check_journal(mirror)
    assert answers[1] == answers[2] == answers[0]


def test_a_troubled_life_ends_like_a_quiet_one(sqlite_url: str, postgres_url: str, sqlite_template: Path) -> None:
    run_state_machine_as_test(
        lambda: TroubledLife((sqlite_url, postgres_url), sqlite_template),  # type: ignore[arg-type]
        settings=settings(max_examples=max(10, HISTORIES // 80), stateful_step_count=STEPS, **QUIETLY),
    )
