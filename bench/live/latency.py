"""From a webhook to the item at a subscriber."""

from dataclasses import dataclass

from bench.child import Contestant
from bench.live import figures
from bench.live.news import FOLLOWING, FOLLOWING_ONE, cursor, own, tell
from bench.live.pace import Pace
from bench.live.stage import Stage
from bench.live.wire import OnSocket

SUBSCRIBERS = 500
RATE = 200
SECONDS = 6
WARM_UP = 200
LONGEST_MS = 150
POLL_MS = 2_000
"""The product's own setting."""


@dataclass(frozen=True, slots=True)
class Case:
    """Whom subscribers follow, by which server, and within how many milliseconds nearly all are to hear."""

    name: str
    is_own: bool
    most: int = LONGEST_MS
    kind: str | None = None


CASES = (
    Case("each follows a customer of their own", is_own=True),
    Case("everyone follows everything", is_own=False),
    Case("each follows their own, wake-up lost", True, LONGEST_MS + POLL_MS, "customer_graph:deaf"),
)


def measure_latency(server: str) -> None:
    """Each with a customer of their own, everyone following everything, and where no word comes through."""
    for case in CASES:
        with Stage(server) as stage:
            url = stage.database()
            teller = stage.server(url)
            listened = teller if case.kind is None else stage.server(url, case.name, case.kind)
            _measured(stage, case, teller, listened)


def _measured(stage: Stage, case: Case, teller: Contestant, listened: Contestant) -> None:
    tell(teller.port, range(SUBSCRIBERS), SUBSCRIBERS)
    _follow(stage, case, listened, cursor(teller.port))
    pace = Pace(stage, teller, SUBSCRIBERS, RATE)
    each = 1 if case.is_own else SUBSCRIBERS
    first = SUBSCRIBERS + WARM_UP
    pace.tell(range(SUBSCRIBERS, first), WARM_UP * each)
    pace.latencies.clear()
    news = range(first, first + RATE * SECONDS)
    before = listened.cpu_seconds()
    took = pace.tell(news, len(news) * each)
    _report(case, pace.latencies, took, (listened.cpu_seconds() - before) / took)


def _follow(stage: Stage, case: Case, server: Contestant, after: str) -> None:
    document = FOLLOWING_ONE if case.is_own else FOLLOWING
    named = [{"id": own(who)} if case.is_own else {} for who in range(SUBSCRIBERS)]
    stage.crowd(server, [OnSocket(document, {"after": after} | one) for one in named])


def _report(case: Case, latencies: list[float], took: float, busy: float) -> None:
    ordered = sorted(latencies)
    p50, p99 = (ordered[int(len(ordered) * share)] * 1000 for share in (0.5, 0.99))
    figures.line(
        f"\n{SUBSCRIBERS} subscribers, {RATE} events/s, {case.name}: p50 {p50:,.1f} ms, p99 {p99:,.1f} ms; "
        f"{len(latencies) / took:,.0f} deliveries/s with {busy:.0%} of a CPU"
    )
    figures.target("p99, ms", p99, case.most, at_least=False)
