"""Every order, any repetition, crash or replay in between: the same state and answer on both databases.

A normal run tries 150 histories; GQL_APP_TEST_HISTORIES=2000 is for a build server, 100000 for a long night.
"""

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.ingest.mirror import Mirror, folded
from tests.ingest.test_convergence import EVERYTHING
from tests.ingest.test_door import mirror_of
from tests.stage import Stage, on_stage
from tests.torture.books import check_journal, hash_of, spelt_out, state_hash
from tests.torture.tales import Tale, tales
from tests.torture.troubled_life import TroubledLife

HISTORIES = int(os.environ.get("GQL_APP_TEST_HISTORIES", "150"))
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
    return await stage.ask(EVERYTHING)


@given(tale=tales())
@settings(max_examples=HISTORIES, **QUIETLY)
async def test_however_a_history_is_told_it_ends_in_the_same_state(stages: list[Stage], tale: Tale) -> None:
    expected = folded(tale.once)
    answers = [await answer_to(stages[0], mirror_of(stages[0]), [[one] for one in tale.once])]
    for stage in stages:
        mirror = mirror_of(stage)
        answers.append(await answer_to(stage, mirror, tale.batches))
        assert spelt_out(await mirror.rows()) == spelt_out(expected)
        assert await state_hash(mirror) == hash_of(expected)
        await check_journal(mirror)
    assert answers[1] == answers[2] == answers[0]


def test_a_troubled_life_ends_like_a_quiet_one(sqlite_url: str, postgres_url: str) -> None:
    run_state_machine_as_test(
        lambda: TroubledLife((sqlite_url, postgres_url)),  # type: ignore[arg-type]
        settings=settings(max_examples=max(10, HISTORIES // 4), stateful_step_count=STEPS, **QUIETLY),
    )
