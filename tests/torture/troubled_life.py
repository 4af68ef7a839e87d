"""A machine that leads mirrors on both databases through anything: tellings, repeats, replays, crashes."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gql_app.mirror.arrival import Arrival
from tests.ingest.mirror import folded
from tests.torture.books import check_journal, hash_of, state_hash
from tests.torture.tales import elsewhere, numbered, pieces
from tests.torture.world import World

IDS = "SELECT id FROM inbox ORDER BY id"


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
