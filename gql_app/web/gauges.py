"""What is counted where it happens, and looked at only when somebody asks for the figures."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector, CollectorRegistry

from gql_app.live.follower import Follower
from gql_app.mirror.inbox import Inbox
from gql_app.schema.engine import GraphEngine
from gql_app.schema.planner import Planner
from gql_app.schema.watching import Watching
from gql_app.web.graphql import GraphQLOverHTTP
from gql_app.web.socket import GraphQLOverWebSocket

Read = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Watched:
    """The parts that are looked at."""

    inbox: Inbox
    follower: Follower
    planner: Planner
    engine: GraphEngine
    watching: Watching
    socket: GraphQLOverWebSocket
    http: GraphQLOverHTTP


class Gauges(Collector):
    """Figures as they stand when they are collected."""

    def __init__(self, watched: Watched, registry: CollectorRegistry) -> None:
        self._now = tuple(_standing(watched))
        self._so_far = tuple(_counted(watched))
        registry.register(self)

    def collect(self) -> Iterator[Metric]:
        """Each with its value now."""
        for name, said, read in self._now:
            yield GaugeMetricFamily(f"gql_app_{name}", said, value=read())
        for name, said, read in self._so_far:
            yield CounterMetricFamily(f"gql_app_{name}", said, value=read())


def _standing(watched: Watched) -> Iterator[tuple[str, str, Read]]:
    inbox, watching = watched.inbox, watched.watching
    yield "queue_events", "Deliveries that wait for the writer.", lambda: inbox.waiting
    yield "queue_capacity_events", "How many may wait (GQL_APP_WRITER_QUEUE).", lambda: inbox.capacity
    yield "live_position", "Up to where in the journal listeners have been told.", lambda: watched.follower.position
    yield (
        "live_subscribers",
        "Subscriptions that are open.",
        lambda: watching.streams.members + watching.watches.members,
    )
    yield "live_groups", "Different questions among them.", lambda: len(watching.streams) + len(watching.watches)
    yield "sockets_open", "WebSockets that are open.", lambda: len(watched.socket.sockets)
    yield "socket_operations", "Operations that run on them.", watched.socket.sockets.operations
    yield "streams_open", "Answers over HTTP that go on.", lambda: len(watched.http.streams)
    yield "plans_remembered", "Queries whose statements are remembered.", lambda: len(watched.planner.plans)


def _counted(watched: Watched) -> Iterator[tuple[str, str, Read]]:
    plans, sockets, streams = watched.planner.plans, watched.socket.sockets, watched.http.streams
    yield "plan_cache_hits", "Queries whose statements were remembered.", lambda: plans.hits
    yield "plan_cache_misses", "Queries that had to be planned.", lambda: plans.misses
    yield "live_deliveries", "Answers of subscriptions handed out.", lambda: watched.engine.delivered
    yield "slow_readers_closed", "Connections ended because nobody read.", lambda: sockets.slow + streams.slow
