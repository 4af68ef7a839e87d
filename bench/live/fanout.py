"""One change to everyone who asks the same, beside the plain way and the least that can be done."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from bench.child import Contestant
from bench.live import figures
from bench.live.crowd import Crowd
from bench.live.news import CHANGE, FOLLOWING, cursor, position, tell
from bench.live.stage import Stage
from bench.live.wire import Asked, OnSocket
from bench.load import ask, post

BARE = "bare: ready bytes"
STOCK, SHARED = "Strawberry, executed for each", "the same, rows read once for all"
PLAIN = "live_stock:executed_for_each"
EACH: Asked = OnSocket(f"subscription {{ {CHANGE.replace('... on CustomerChange', 'customerChanges')} }}")
ONCE: Asked = OnSocket(
    f"subscription {{ {CHANGE.replace('... on CustomerChange', 'customerChanges: customerChangesShared')} }}"
)
FEWER = 5
"""Reading once, the plain way has a fifth of the subscribers: the client's sockets are counted."""

FURTHER = 20
PATIENCE = 120.0
TIMES_STOCK, TIMES_BARE = 12, 1.5


@dataclass(slots=True)
class Entrant:
    """A contestant with its crowd, how it is told of the n-th change, and what that cost, change by change."""

    contestant: Contestant
    crowd: Crowd
    announce: Callable[[int], None]
    heard: int = 1
    costs: list[float] = field(default_factory=list)
    """Microseconds of the server's CPU for a delivery."""

    def burst(self, number: int) -> None:
        """One change, until the last subscriber has it."""
        before = self.contestant.cpu_seconds()
        self.announce(number)
        self.heard += 1
        self.crowd.hear_each(self.heard, PATIENCE)
        self.costs.append((self.contestant.cpu_seconds() - before) / len(self.crowd) * 1e6)

    @property
    def answer(self) -> bytes:
        """What the first subscriber heard last."""
        return self.crowd.subscribers[0].answers[-1]

    def times(self, other: "Entrant") -> tuple[float, float, float]:
        """How many times as much as the other: median, least and most over the changes."""
        ratios = [mine / its for mine, its in zip(self.costs, other.costs, strict=True)]
        return statistics.median(ratios), min(ratios), max(ratios)


def compare_fanout(server: str, subscribers: int, changes: int) -> None:
    """Each change is told by Customer Graph, then announced to the others; all have it before the next. Further
    changes are told to the bare endpoint alone besides, which says more of two whose costs are near each other.
    """
    with Stage(server) as stage:
        entrants = _entrants(stage, stage.database(), subscribers)
        _take_turns(entrants, range(2, changes + 3))
        _report(entrants)
        ours, bare = entrants[:2]
        _take_turns([ours, bare], range(changes + 3, changes + 4 + FURTHER))
        _report_bare(ours, bare)


def _take_turns(entrants: list[Entrant], numbers: range) -> None:
    """The first change warms up and does not count."""
    for entrant in entrants:
        entrant.costs.clear()
    for number in numbers:
        for entrant in entrants:
            entrant.burst(number)
        _agree(entrants)
    for entrant in entrants:
        del entrant.costs[0]


def _entrants(stage: Stage, url: str, subscribers: int) -> list[Entrant]:
    graph = stage.server(url)
    tell(graph.port, range(1), 1)
    crowd = stage.crowd(graph, [OnSocket(FOLLOWING, {"after": cursor(graph.port)})] * subscribers)
    ours = Entrant(graph, crowd, lambda number: tell(graph.port, range(number, number + 1), 1))
    ours.announce(1)
    bare = stage.server(url, BARE, "live_bare:broadcast")
    said = Entrant(
        bare, stage.crowd(bare, [OnSocket(FOLLOWING)] * subscribers), lambda _: _post(bare, "/", ours.answer)
    )
    ours.crowd.hear_each(1)
    stock = _plain(stage, stage.server(url, STOCK, PLAIN), ours, [EACH] * subscribers)
    shared = _plain(stage, stage.server(url, SHARED, PLAIN), ours, [ONCE] * (subscribers // FEWER))
    entrants = [ours, said, stock, shared]
    for entrant in entrants:
        entrant.crowd.hear_each(1, PATIENCE)
    return entrants


def _plain(stage: Stage, server: Contestant, ours: Entrant, asked: list[Asked]) -> Entrant:
    def announce(_: int) -> None:
        _post(server, f"/announced/{position(ours.answer)}")

    announce(0)
    return Entrant(server, stage.crowd(server, asked), announce)


def _post(server: Contestant, path: str, body: bytes = b"") -> None:
    ask(server.port, post(path, body))


def _agree(entrants: list[Entrant]) -> None:
    """Ends the run where somebody says something else."""
    said = [msgspec.json.decode(entrant.answer)["payload"]["data"] for entrant in entrants]
    if any(one != said[0] for one in said):
        raise SystemExit(f"bench: the answers differ: {said}")


def _report(entrants: list[Entrant]) -> None:
    ours, _, stock, _ = entrants
    figures.table(
        f"One change of {len(ours.answer):,} bytes to everybody",
        ("", "subscribers", "CPU us a delivery", "times Customer Graph's"),
        [_row(entrant, ours) for entrant in entrants],
    )
    figures.target("Strawberry needs so many times the CPU", stock.times(ours)[0], TIMES_STOCK)


def _report_bare(ours: Entrant, bare: Entrant) -> None:
    costs = [statistics.median(entrant.costs) for entrant in (ours, bare)]
    ratio, least, most = ours.times(bare)
    figures.line(
        f"{FURTHER} changes more: CPU us a delivery {costs[0]:.1f}, the bare endpoint's {costs[1]:.1f} "
        f"({least:.2f} - {most:.2f} times)"
    )
    figures.target("times the bare endpoint's CPU", ratio, TIMES_BARE, at_least=False)


def _row(entrant: Entrant, ours: Entrant) -> tuple[str, ...]:
    median, least, most = entrant.times(ours)
    cost = f"{statistics.median(entrant.costs):.1f}"
    return entrant.contestant.name, f"{len(entrant.crowd):,}", cost, f"{median:.2f} ({least:.2f} - {most:.2f})"
