"""Everyone watches a customer of their own: what that costs is to grow with changes, not with who listens."""

import statistics
from dataclasses import dataclass, field

from bench.child import Contestant
from bench.live import figures
from bench.live.news import FOLLOWING_ONE, WATCHING_ONE, cursor, own, tell
from bench.live.pace import Pace
from bench.live.stage import Stage
from bench.live.wire import OnSocket

FEWER = 10
RATE = 100
ROUNDS = 3
SECONDS = 4
MOST = 1.3


@dataclass(slots=True)
class Watched:
    """A server, who tells it news, and what a second of news cost: milliseconds of its CPU, burst by burst."""

    server: Contestant
    pace: Pace
    told: int
    costs: list[float] = field(default_factory=list)

    def burst(self) -> None:
        """News at the rate, each for one subscriber."""
        numbers = range(self.told, self.told + RATE * SECONDS)
        before = self.server.cpu_seconds()
        took = self.pace.tell(numbers, len(numbers))
        self.told = numbers.stop
        self.costs.append((self.server.cpu_seconds() - before) / took * 1000)


def compare_sizes(server: str, subscribers: int) -> None:
    """Many and few subscribers in turns, live objects first, then filtered streams."""
    for name, document in (("customer(by: {id})", WATCHING_ONE), ("customerChanges(filter: {id})", FOLLOWING_ONE)):
        with Stage(server) as stage:
            few, many = (_watched(stage, document, count) for count in (subscribers // FEWER, subscribers))
            for _ in range(ROUNDS):
                few.burst()
                many.burst()
        ratios = [its / other for its, other in zip(many.costs, few.costs, strict=True)]
        figures.line(
            f"\n{name}, {RATE} changes/s: CPU ms a second {statistics.median(few.costs):.0f} with "
            f"{subscribers // FEWER:,} subscribers, {statistics.median(many.costs):.0f} with {subscribers:,} "
            f"({min(ratios):.2f} - {max(ratios):.2f})"
        )
        figures.target("CPU of many, times that of few", statistics.median(ratios), MOST, at_least=False)


def _watched(stage: Stage, document: str, count: int) -> Watched:
    server = stage.server(stage.database())
    tell(server.port, range(count), count)
    after = cursor(server.port)
    crowd = stage.crowd(server, [OnSocket(document, {"after": after, "id": own(who)}) for who in range(count)])
    if document == WATCHING_ONE:
        crowd.hear_each(1)
    watched = Watched(server, Pace(stage, server, count, RATE), count)
    watched.burst()
    watched.costs.clear()
    return watched
