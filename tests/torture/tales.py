"""Histories with clocks that go wrong: told at odd times, again and again, and by other send-outs."""

import json
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

from hypothesis import strategies as st

from gql_app.mirror.arrival import Arrival, receive
from tests.ingest.histories import HISTORIES

RECEIVED = 1_772_600_000_000_000
MOST_REPEATS = 5
SKEWED = (
    None, None, None, None,
    "2026-03-02T10:00:00.000001Z", "2026-03-02T15:30:00.000+05:30", "2099-01-01T00:00:00Z",
    "1970-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59", "yesterday", "",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tale:
    """A history as it happened, and the same as it was told: in any order, in parts, repeatedly."""

    once: list[Arrival]
    batches: list[list[Arrival]]


def numbered(arrivals: list[Arrival], first: int, times: list[str | None]) -> list[Arrival]:
    """The same events under send-outs counted from `first`, some with another time or with none."""
    return [
        receive(_told(json.loads(one.body), number, time), RECEIVED + 1000 * number)
        for number, (one, time) in enumerate(zip(arrivals, times, strict=True), first)
    ]


def _told(said: dict[str, Any], number: int, time: str | None) -> bytes:
    said["id"] = f"whs_{number:06d}a"
    if time is not None:
        said["created_at"] = said["event"]["created_at"] = time
    return json.dumps(said).encode()


def elsewhere(one: Arrival, copy: int) -> Arrival:
    """The same event by another webhook: another send-out, the same event."""
    body = json.loads(one.body)
    return receive(json.dumps(body | {"id": f"{body['id']}{copy}"}).encode(), one.received_at)


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
    """A history; up to five tellings of each event; a cut into batches."""
    arrivals = draw(HISTORIES)
    once = numbered(arrivals, 0, draw(times(len(arrivals))))
    told = [
        one if draw(st.booleans()) else elsewhere(one, copy)
        for one in once
        for copy in range(draw(st.integers(1, MOST_REPEATS)))
    ]
    draw(st.randoms(use_true_random=False)).shuffle(told)
    sizes = draw(st.lists(st.integers(1, 9), min_size=len(told), max_size=len(told)))
    batches = (told[start:end] for start, end in pairwise([0, *accumulate(sizes)]))
    return Tale(once, [batch for batch in batches if batch])
