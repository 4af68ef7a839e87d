"""Contestants take turns in short bursts, so that whatever else the machine does hits all of them alike."""

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from bench.child import Contestant
from bench.load import fire

WARM_UP = 0.3
"""Seconds of unmeasured work before a contestant's first burst."""


@dataclass(slots=True)
class Score:
    """What one contestant did, burst by burst."""

    name: str
    rates: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    cpu_seconds: float = 0.0
    database_seconds: float | None = 0.0

    @property
    def rate(self) -> float:
        """Requests a second, the median of all bursts."""
        return statistics.median(self.rates)

    def latency(self, share: float) -> float:
        """Milliseconds within which this share of all requests was answered."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000

    @property
    def cpu(self) -> float:
        """Milliseconds of the server's CPU for a request."""
        return self.cpu_seconds / len(self.latencies) * 1000

    @property
    def database_cpu(self) -> float | None:
        """Milliseconds of the database's CPU for a request; None where it is not known."""
        return None if self.database_seconds is None else self.database_seconds / len(self.latencies) * 1000

    def times(self, other: "Score") -> tuple[float, float, float]:
        """How many times as many requests as the other: median, least and most over the rounds."""
        ratios = [mine / its for mine, its in zip(self.rates, other.rates, strict=True)]
        return statistics.median(ratios), min(ratios), max(ratios)


@dataclass(frozen=True, slots=True)
class Course:
    """How a run goes: seconds of measuring in all, rounds, senders, database connections of each server."""

    seconds: float
    rounds: int
    senders: int
    connections: int

    def __str__(self) -> str:
        return f"{self.rounds} rounds, {self.senders} senders, {self.connections} database connections each"


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is, and what to ask: requests for about so many seconds."""

    contestant: Contestant
    requests: Callable[[float], Iterator[bytes]]
    warm_up: float = WARM_UP
    database: Callable[[], float | None] = lambda: None
    """CPU time that the database has used so far."""


def compete(turns: list[Turn], course: Course, boards: int = 1) -> list[Score]:
    """Every contestant once in each round, in an order that moves on; so many `boards` share the time."""
    seconds = course.seconds / (course.rounds * len(turns) * boards)
    scores = {turn.contestant.name: Score(turn.contestant.name) for turn in turns}
    for turn in turns:
        fire(turn.contestant.port, course.senders, turn.requests(turn.warm_up), turn.warm_up)
    for number in range(course.rounds):
        shift = number % len(turns)
        for turn in turns[shift:] + turns[:shift]:
            _burst(turn, scores[turn.contestant.name], seconds, course.senders)
    return list(scores.values())


def _burst(turn: Turn, score: Score, seconds: float, senders: int) -> None:
    requests = turn.requests(seconds)
    database, before = turn.database(), turn.contestant.cpu_seconds()
    latencies, took = fire(turn.contestant.port, senders, requests, seconds)
    score.cpu_seconds += turn.contestant.cpu_seconds() - before
    score.database_seconds = _further(score.database_seconds, database, turn.database())
    score.latencies += latencies
    score.rates.append(len(latencies) / took)


def _further(so_far: float | None, before: float | None, after: float | None) -> float | None:
    """A connection that was closed meanwhile takes its time with it."""
    return None if so_far is None or before is None or after is None else so_far + max(0.0, after - before)


def capacity(contestant: Contestant, request: bytes, senders: int, seconds: float = 1.0) -> tuple[float, float]:
    """Requests a second out of a server that does nothing, and the load generator's own share of a CPU."""

    def same() -> Iterator[bytes]:
        while True:
            yield request

    before = time.process_time()
    latencies, took = fire(contestant.port, senders, same(), seconds)
    return len(latencies) / took, (time.process_time() - before) / took
