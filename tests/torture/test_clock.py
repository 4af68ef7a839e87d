"""The machine's clock jumps: who won is decided by the events' own times, and order by the journal's numbers."""

import time
from typing import Any

import pytest

from tests.ingest.mirror import renamed
from tests.ingest.test_door import post
from tests.limits.asking import asked
from tests.stage import Stage, on_stage

DAY = 86_400 * 1_000_000_000
JUMPS = (0, 400 * DAY, -800 * DAY, 3_600 * 1_000_000_000)
CHANGES = (
    "subscription ($after: Cursor) { customerChanges(after: $after) { cursor ... on CustomerChange { version } } }"
)


class Clock:
    """The machine's, which somebody sets."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.ahead = 0
        true = time.time_ns
        patch.setattr(time, "time_ns", lambda: true() + self.ahead)
        patch.setattr(time, "time", lambda: (true() + self.ahead) / 1e9)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that jumps when it is told to."""
    return Clock(monkeypatch)


async def changes(stage: Stage, after: str, count: int) -> list[Any]:
    """The next changes, as whoever comes back hears them."""
    async with stage.watcher() as watcher:
        await watcher.subscribe(CHANGES, after=after)
        return [(await watcher.data())["customerChanges"] for _ in range(count)]


async def test_events_are_weighed_by_their_own_time_whatever_our_clock_says(stage: Stage, clock: Clock) -> None:
    start = (await stage.ask("{ mirror { cursor } }"))["mirror"]["cursor"]
    for number, ahead in enumerate(JUMPS, 1):
        clock.ahead = ahead
        assert (
            await post(stage, renamed(f"Ann {number}", number, 1, f"2026-03-0{number}T00:00:00Z"))
        ).status_code == 202
    clock.ahead = 0
    assert (await post(stage, renamed("Late", 9, 1, "2026-03-02T12:00:00Z"))).status_code == 202
    assert await stage.ask('{ customer(by: {id: "cust_1"}) { name } }') == {"customer": {"name": "Ann 4"}}
    heard = await changes(stage, start, len(JUMPS))
    assert [one["version"] for one in heard] == [1, 2, 3, 4]
    assert [one["version"] for one in await changes(stage, heard[1]["cursor"], 2)] == [3, 4]


async def test_who_listens_hears_everything_through_a_jump(stage: Stage, clock: Clock) -> None:
    async with stage.watcher() as watcher:
        await watcher.subscribe(CHANGES)
        await watcher.subscribe("{ __typename }")
        assert (await watcher.data()) == {"__typename": "Query"}
        await watcher.message()
        for number, ahead in enumerate(JUMPS, 1):
            clock.ahead = ahead
            await post(stage, renamed(f"Ann {number}", number, 1, f"2026-03-0{number}T00:00:00Z"))
            assert (await watcher.data())["customerChanges"]["version"] == number


async def test_a_clock_that_is_set_gives_nobody_another_budget(sqlite_url: str, clock: Clock) -> None:
    async with on_stage(sqlite_url, cost_per_minute=60) as stage:
        said = []
        for ahead in JUMPS:
            clock.ahead = ahead
            said.append((await asked(stage)).status_code)
    assert said == [200, 429, 429, 429]
