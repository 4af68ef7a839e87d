"""Histories with clocks that go wrong: told at odd times, again and again, with and without an envelope."""

import json
import re
from dataclasses import dataclass
from itertools import accumulate, pairwise, zip_longest
from random import Random
from typing import Any

from hypothesis import strategies as st

from gql_app.mirror.arrival import Arrival, receive
from gql_app.voucherify.times import SUBJECTS
from tests.ingest.histories import HISTORIES

RECEIVED = 1_772_600_000_000_000
MOST_REPEATS = 5
BARE = "bare "
SKEWED = (
    None, None, None, None,
    "2026-03-02T10:00:00.000001Z", "2026-03-02T15:30:00.000+05:30", "2099-01-01T00:00:00Z",
    "1970-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59", "yesterday", "",
    "bare 2026-03-01T10:00:00Z", "bare 2026-03-02T10:00:00Z", "bare 2098-01-01T00:00:00Z", "bare 2099-01-01T00:00:00Z",
)  # fmt: skip
NAMED = re.compile(rb'"(cust|ord|r|seg|ltr|camp|cnst|whs|ev)_')


@dataclass(frozen=True, slots=True)
class Tale:
    """A history as it happened, and the same as it was told: in any order, in parts, repeatedly."""

    once: list[Arrival]
    batches: list[list[Arrival]]

    @property
    def told(self) -> list[Arrival]:
        """One telling after the other."""
        return [one for batch in self.batches for one in batch]


def numbered(arrivals: list[Arrival], first: int, times: list[str | None]) -> list[Arrival]:
    """The same events under send-outs counted from `first`; some have another time or none, some no envelope."""
    return [
        _told(json.loads(one.body), number, time)
        for number, (one, time) in enumerate(zip(arrivals, times, strict=True), first)
    ]


def _told(said: dict[str, Any], number: int, time: str | None) -> Arrival:
    if time is not None and time.startswith(BARE):
        return _bare(said, number, time.removeprefix(BARE))
    said["id"] = f"whs_{number:06d}a"
    if time is not None:
        said["created_at"] = said["event"]["created_at"] = time
    return receive(json.dumps(said).encode(), RECEIVED + 1000 * number)


def _bare(said: dict[str, Any], number: int, time: str) -> Arrival:
    """What it is about says itself when it changed."""
    data = said["data"] | {"number": number}
    data[next(name for name in SUBJECTS if isinstance(data.get(name), dict))]["updated_at"] = time
    return receive(json.dumps(data).encode(), RECEIVED, said["event"]["type"])


def elsewhere(one: Arrival, copy: int) -> Arrival:
    """The same event by another webhook: another send-out, the same event."""
    body = json.loads(one.body)
    if "event" not in body:
        return one
    return receive(json.dumps(body | {"id": f"{body['id']}{copy}"}).encode(), one.received_at)


def moved(one: Arrival, town: int) -> Arrival:
    """The same event of other customers with other orders, who live in a town of their own."""
    bare_type = one.event_type if b'"event"' not in one.body else None
    return receive(NAMED.sub(b'"\\1_%d_' % town, one.body), one.received_at, bare_type)


def together(tales: list[Tale]) -> Tale:
    """Several histories at once, each in its own town: batches hold something of all."""
    towns = [
        Tale([moved(one, town) for one in tale.once], [[moved(one, town) for one in batch] for batch in tale.batches])
        for town, tale in enumerate(tales)
    ]
    mixed = zip_longest(*(tale.batches for tale in towns), fillvalue=[])
    once = [one for tale in towns for one in tale.once]
    return Tale(once, [[one for batch in batches for one in batch] for batches in mixed])


def times(count: int) -> st.SearchStrategy[list[str | None]]:
    """What the clocks say, None where they are right."""
    return st.lists(st.sampled_from(SKEWED), min_size=count, max_size=count)


@st.composite
def pieces(draw: st.DrawFn) -> tuple[list[Arrival], list[str | None]]:
    """A few events and their times, to be numbered."""
    arrivals = draw(HISTORIES)[: draw(st.integers(1, 6))]
    return arrivals, draw(times(len(arrivals)))


@st.composite
def tales(draw: st.DrawFn) -> Tale:
    """A history; up to five tellings of each event in any order; a cut into batches."""
    arrivals = draw(HISTORIES)
    once = numbered(arrivals, 0, draw(times(len(arrivals))))
    chance = Random(draw(st.integers(0, 2**32)))
    told = [
        one if chance.random() < 0.5 else elsewhere(one, copy)
        for one in once
        for copy in range(chance.randint(1, MOST_REPEATS))
    ]
    chance.shuffle(told)
    places = [0, *accumulate(chance.randint(1, 9) for _ in told)]
    batches = (told[start:end] for start, end in pairwise(places))
    return Tale(once, [batch for batch in batches if batch])
