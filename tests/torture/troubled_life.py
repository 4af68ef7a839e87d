"""A machine that leads mirrors on both databases through anything: tellings, repeats, crashes, and their keeper."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gql_app.mirror.arrival import Arrival, receive
from gql_app.mirror.ledger import Choice
from gql_app.mirror.retention import DAY, prune
from gql_app.mirror.shadow import Pruned
from tests.ingest.mirror import folded
from tests.keeper.desk import damage
from tests.torture.books import check_journal, hash_of, state_hash
from tests.torture.tales import RECEIVED, elsewhere, numbered, pieces
from tests.torture.world import World

IDS = "SELECT id FROM inbox WHERE verdict <> 'quarantined' ORDER BY id"
DAMAGE = (
    ("UPDATE customer SET name = 'Eve', stamps = '{}'",),
    ("DELETE FROM customer", "DELETE FROM order_item"),
    ("UPDATE \"order\" SET customer_id = 'cust_2', amount = 99",),
    ("INSERT INTO redemption (id, customer_id, stamps) VALUES ('r_x', 'cust_1', '{}')", "DELETE FROM loyalty_campaign"),
)


class TroubledLife(RuleBasedStateMachine):
    """Whatever is done, both mirrors hold what the events make in memory, told once and in order."""

    def __init__(self, urls: tuple[str, str], template: Path) -> None:
        super().__init__()
        self.told: list[Arrival] = []
        self.aside: list[Arrival] = []
        self.is_pruned = False
        self.count = 0
        self.worlds = [World(url, template) for url in urls]

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
            told = world.run(world.replay(Choice(ids=tuple(chosen)))) if chosen else []
            assert [one for one in told if one.changes] == []
            assert world.run(world.mirror.journal()) == before

    @precondition(lambda self: self.told and self.is_whole)
    @rule(data=st.data(), piece=pieces())
    def contradict(self, data: st.DataObject, piece: Any) -> None:
        """A known send-out says something else: it is put aside, once."""
        known = data.draw(st.sampled_from(self.told))
        if known.event is None or known.event.sendout_id is None or "#" in known.key:
            return
        other = _instead_of(known, piece[0][0])
        if other.content == known.content or other.key in {one.key for one in (*self.told, *self.aside)}:
            return
        self.aside.append(other)
        for world in self.worlds:
            sent = replace(other, key=known.key)
            assert world.run(world.mirror.take([sent])) == ["quarantined"]
            assert world.run(world.mirror.take([sent])) == ["duplicate"]
            assert self.is_pruned or world.run(world.rebuild()) == []

    @precondition(lambda self: self.aside)
    @rule(steps=st.integers(0, 60))
    def tell_what_was_put_aside(self, steps: int) -> None:
        """All that is quarantined is told after all; the first try ends in a crash."""
        for world in self.worlds:
            world.crash_in(world.replay(Choice(verdict="quarantined")), steps)
            world.run(world.replay(Choice(verdict="quarantined")))
        self.told += self.aside
        self.aside.clear()

    @rule(steps=st.integers(0, 60))
    def crash_while_replaying(self, steps: int) -> None:
        """Nothing changes, however far it came."""
        for world in self.worlds:
            before = world.run(world.mirror.journal())
            world.crash_in(world.replay(Choice(verdict="applied")), steps)
            assert world.run(world.mirror.journal()) == before

    @precondition(lambda self: not self.is_pruned)
    @rule()
    def rebuild(self) -> None:
        """There is nothing to put right."""
        for world in self.worlds:
            before = world.run(world.mirror.journal())
            assert world.run(world.rebuild()) == []
            assert world.run(world.mirror.journal()) == before

    @precondition(lambda self: not self.is_pruned)
    @rule(which=st.sampled_from(DAMAGE), steps=st.integers(0, 200))
    def crash_while_mending(self, which: tuple[str, ...], steps: int) -> None:
        """Rows are damaged, and mended by the second rebuild where the first did not live long enough."""
        for world in self.worlds:
            world.run(damage(world.mirror, *which))
            world.crash_in(world.rebuild(), steps)
            world.run(world.rebuild())
            assert world.run(world.rebuild()) == []

    @precondition(lambda self: self.told and self.is_whole)
    @rule()
    def prune(self) -> None:
        """The bodies of what was told go; from now on nothing can be rebuilt."""
        self.is_pruned = True
        for world in self.worlds:
            world.run(prune(world.mirror.database, RECEIVED + DAY))
            with pytest.raises(Pruned):
                world.run(world.rebuild())

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


def _instead_of(known: Arrival, other: Arrival) -> Arrival:
    """What the other says, by the send-out of the known one, under the key that it is put aside by."""
    sendout = known.event.sendout_id if known.event else None
    said = receive(json.dumps(json.loads(other.body) | {"id": sendout}).encode(), known.received_at)
    return replace(said, key=f"{said.key}#{said.content}")
