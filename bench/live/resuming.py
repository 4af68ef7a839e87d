"""What it costs to come back after a while, and to be there while nothing happens."""

import statistics

from bench.child import Contestant
from bench.live import figures
from bench.live.news import FOLLOWING, FOLLOWING_ONE, cursor, own, reached, tell
from bench.live.stage import Stage
from bench.live.wire import Asked, OnSocket, OnStream

MISSED = 10_000
CUSTOMERS = 500
TIMES = 3
LONGEST = 1.0
MOST_KB = 50
QUIET_SECONDS = 1.0
BUSY = 0.05
"""Share of a CPU above which a server is taken to be at work."""


def measure_resuming(server: str) -> None:
    """A client that missed ten thousand items, time after time."""
    with Stage(server) as stage:
        graph = stage.server(stage.database())
        before = cursor(graph.port)
        tell(graph.port, range(MISSED), CUSTOMERS)
        missed = reached(cursor(graph.port)) - reached(before)
        asked = OnSocket(FOLLOWING, {"after": before})
        costs = [_resumed(stage, graph, asked, missed) for _ in range(TIMES)]
        figures.line(f"\nResume of {missed:,} items: {' '.join(f'{cost:.2f}' for cost in costs)} s of server CPU")
        figures.target("the median, s", statistics.median(costs), LONGEST, at_least=False)


def _resumed(stage: Stage, graph: Contestant, asked: Asked, missed: int) -> float:
    before = graph.cpu_seconds()
    stage.crowd(graph, [asked]).hear_each(missed, 120)
    return graph.cpu_seconds() - before


def measure_memory(server: str, subscribers: int) -> None:
    """Subscribers who wait for news, each kind at a fresh server, and sockets that nothing is done for."""
    for name, kind, asked in (
        ("WebSocket, the same question", "customer_graph:product", lambda who: OnSocket(FOLLOWING)),
        ("WebSocket, a customer of their own", "customer_graph:product", _own),
        ("server-sent events, the same question", "customer_graph:product", lambda who: OnStream(FOLLOWING)),
        ("a bare WebSocket", "live_bare:broadcast", lambda who: OnSocket(FOLLOWING)),
    ):
        with Stage(server) as stage:
            graph = stage.server(stage.database(), name, kind)
            stage.crowd(graph, [asked(0)])
            before = _at_rest(stage, graph)
            stage.crowd(graph, [asked(who) for who in range(1, subscribers + 1)])
            after = _at_rest(stage, graph)
        if before is not None and after is not None:
            figures.target(f"{name}, kB each", (after - before) * 1000 / subscribers, MOST_KB, at_least=False)


def _at_rest(stage: Stage, server: Contestant) -> float | None:
    """What a server holds when it has nothing left to do."""
    used = server.cpu_seconds()
    while True:
        stage.listen(QUIET_SECONDS)
        before, used = used, server.cpu_seconds()
        if used - before < QUIET_SECONDS * BUSY:
            return server.resident()


def _own(who: int) -> Asked:
    return OnSocket(FOLLOWING_ONE, {"id": own(who)})
