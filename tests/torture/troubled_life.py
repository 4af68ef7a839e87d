"""A machine that leads mirrors on both databases through anything: tellings, repeats, replays, crashes."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gql_app.database import open_database
from gql_app.mirror.arrival import Arrival
from gql_app.mirror.inbox import Inbox
from gql_app.mirror.ledger import Choice
from gql_app.mirror.replay import Replay
from tests.ingest.mirror import Mirror, folded
from tests.torture.books import check_journal, hash_of, state_hash
from tests.torture.tales import elsewhere, numbered, pieces

T = TypeVar("T")
IDS = "SELECT id FROM inbox ORDER BY id"


@dataclass
class World:
    """One mirror on a loop of its own, and the events it has not acknowledged yet."""

    url: str
    runner: asyncio.Runner = field(default_factory=asyncio.Runner)
    lost: list[Arrival] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.mirror = self.run(_opened(self.url))
        self.run(self.mirror.clear())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Does it here."""
        return self.runner.run(work)

    def crash(self, arrivals: list[Arrival], steps: int) -> None:
        """Drops everything some turns of the loop after these events came in."""
        self.lost += self.run(_crashed(self.mirror, arrivals, steps))
        self.mirror = self.run(_opened(self.url))

    def deliver(self) -> None:
        """What was not acknowledged comes again."""
        self.run(self.mirror.take(self.lost))
        self.lost.clear()

    def replay(self, ids: list[int]) -> list[Any]:
        """What changed when these events were told again from the inbox."""
        told = self.run(_replayed(self.mirror, Choice(ids=tuple(ids)))) if ids else []
        return [one for one in told if one.changes]

    def close(self) -> None:
        """The end."""
        self.run(_dropped(self.mirror))
        self.runner.close()


class TroubledLife(RuleBasedStateMachine):
    """Whatever is done, both mirrors hold what the events make in memory, told once and in order."""

    def __init__(self, urls: tuple[str, str]) -> None:
        super().__init__()
        self.told: list[Arrival] = []
        self.count = 0
        self.worlds = [World(url) for url in urls]

    @property
    def is_whole(self) -> bool:
        """Whether everything has been acknowledged."""
        return not any(world.lost for world in self.worlds)

    def new(self, piece: tuple[list[Arrival], list[str | None]]) -> list[Arrival]:
        """Events under send-outs that nobody used before."""
        arrivals = numbered(piece[0], self.count, piece[1])
        self.count += len(arrivals)
        self.told += arrivals
        return arrivals

    @rule(piece=pieces())
    def tell(self, piece: Any) -> None:
        """Something happens."""
        arrivals = self.new(piece)
        for world in self.worlds:
            assert "duplicate" not in world.run(world.mirror.take(arrivals))

    @precondition(lambda self: self.told and self.is_whole)
    @rule(data=st.data(), copies=st.integers(0, 5))
    def tell_again(self, data: st.DataObject, copies: int) -> None:
        """What was told comes again, by the same send-out and by others; the journal does not grow."""
        chosen = data.draw(st.lists(st.sampled_from(self.told), min_size=1, max_size=5))
        others = [elsewhere(one, self.count + copy) for one in chosen for copy in range(copies)]
        self.count += len(others)
        for world in self.worlds:
            before = world.run(world.mirror.journal())
            assert set(world.run(world.mirror.take(chosen))) == {"duplicate"}
            assert "applied" not in world.run(world.mirror.take(others))
            assert world.run(world.mirror.journal()) == before

    @precondition(lambda self: self.told)
    @rule(data=st.data())
    def replay(self, data: st.DataObject) -> None:
        """Kept bodies are told again from the inbox; nothing changes."""
        for world in self.worlds:
            kept = [row[0] for row in world.run(world.mirror.database.read(IDS, ()))]
            before = world.run(world.mirror.journal())
            chosen = data.draw(st.lists(st.sampled_from(kept), unique=True)) if kept else []
            assert world.replay(chosen) == []
            assert world.run(world.mirror.journal()) == before

    @rule(piece=pieces(), steps=st.integers(0, 40))
    def crash(self, piece: Any, steps: int) -> None:
        """All is dropped while events wait."""
        arrivals = self.new(piece)
        for world in self.worlds:
            world.crash(arrivals, steps)

    @precondition(lambda self: not self.is_whole)
    @rule()
    def deliver(self) -> None:
        """The sender tries again, and is heard."""
        for world in self.worlds:
            world.deliver()

    @invariant()
    def both_hold_what_was_told(self) -> None:
        """One hash for memory, SQLite and PostgreSQL."""
        if self.is_whole:
            expected = hash_of(folded(self.told))
            assert [world.run(state_hash(world.mirror)) for world in self.worlds] == [expected] * 2

    def teardown(self) -> None:
        """Everything is delivered in the end, and the books are right."""
        try:
            self.deliver()
            self.both_hold_what_was_told()
            for world in self.worlds:
                world.run(check_journal(world.mirror))
        finally:
            for world in self.worlds:
                world.close()


async def _opened(url: str) -> Mirror:
    database = await open_database(url, readers=1)
    inbox = Inbox(database, _unheard, batch=3)
    asyncio.create_task(inbox.run(), name="writer")  # noqa: RUF006  # the loop is the machine's, and ends it
    return Mirror(database, inbox)


async def _unheard(_position: int) -> None:
    """Nobody listens."""


async def _replayed(mirror: Mirror, choice: Choice) -> list[Any]:
    return [one async for one in Replay(mirror.database, _unheard).tell(choice)]


async def _crashed(mirror: Mirror, arrivals: list[Arrival], steps: int) -> list[Arrival]:
    """Those that were not acknowledged."""
    waiting = [asyncio.create_task(mirror.inbox.take(arrival)) for arrival in arrivals]
    for _ in range(steps):
        await asyncio.sleep(0)
    unheard = [one for one, task in zip(arrivals, waiting, strict=True) if not task.done()]
    await _dropped(mirror)
    return unheard


async def _dropped(mirror: Mirror) -> None:
    """Nothing that runs is let finish."""
    while running := asyncio.all_tasks() - {asyncio.current_task()}:  # type: ignore[arg-type]
        for task in running:
            task.cancel()
        await asyncio.wait(running)
    await mirror.database.close()
