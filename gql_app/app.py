"""Puts the parts together; does nothing itself."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from opentelemetry.trace import Tracer

from gql_app.database import Database
from gql_app.database.migrate import check_tables
from gql_app.database.waiting import open_patiently
from gql_app.feed import Feed, feed_url, open_feed
from gql_app.live.follower import Follower
from gql_app.live.position import whereabouts
from gql_app.mirror.clock import now
from gql_app.mirror.inbox import Inbox
from gql_app.mirror.pulse import Pulse
from gql_app.mirror.retention import tend
from gql_app.mirror.silence import heard_lately, watch
from gql_app.observe.meters import Meters
from gql_app.reads.reader import Reader
from gql_app.schema.build import build_schema, printed
from gql_app.schema.engine import GraphEngine
from gql_app.schema.feed_reading import FeedReader
from gql_app.schema.limits import Limits
from gql_app.schema.opening import open_library
from gql_app.schema.pull import Pull
from gql_app.schema.sources import Sources
from gql_app.schema.viewer import everyone
from gql_app.schema.watching import Watching
from gql_app.settings import Settings
from gql_app.tasks import drained, owned
from gql_app.viewers.viewer import EVERYONE, Viewer
from gql_app.web import ide
from gql_app.web.doors import Doors
from gql_app.web.gauges import Gauges, Watched
from gql_app.web.graphql import GraphQLOverHTTP
from gql_app.web.headers import Fields
from gql_app.web.health import health_routes, schema_route
from gql_app.web.limits import Limits as SocketLimits
from gql_app.web.metrics import metrics_route
from gql_app.web.observed import observed
from gql_app.web.readiness import Check, holds, works
from gql_app.web.seeing import Seen, seeing
from gql_app.web.siblings import Seat
from gql_app.web.socket import GraphQLOverWebSocket
from gql_app.web.traced import planning, read_from
from gql_app.web.webhook import Webhook
from gql_app.web.witness import Witness


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that runs, for who tends it."""

    database: Database
    inbox: Inbox
    follower: Follower
    engine: GraphEngine
    watching: Watching
    socket: GraphQLOverWebSocket
    http: GraphQLOverHTTP
    doors: Doors

    async def send_listeners_away(self) -> None:
        """Tells everyone who listens to come back later, and waits until each has been let go."""
        await asyncio.gather(self.socket.sockets.close_all(), self.http.streams.close_all())


ALONE = Seat()


@asynccontextmanager
async def running(settings: Settings, seat: Seat = ALONE, tracer: Tracer | None = None) -> AsyncIterator[Parts]:
    """The service, connected and working; on leaving, what was accepted is written before connections close."""
    witness = Witness(Meters(), settings.log_webhooks, tracer)
    url = settings.database_url.get_secret_value()
    given = settings.feed_url.get_secret_value() if settings.feed_url else None
    async with AsyncExitStack() as stack:
        limits = settings.statement_timeout_seconds, settings.database_wait_seconds
        database = await open_patiently(url, settings.read_connections, *limits)
        stack.push_async_callback(database.close)
        await check_tables(database)
        epoch = (await whereabouts(database)).epoch
        feed = await stack.enter_async_context(open_feed(feed_url(given, url), epoch))
        inbox = Inbox(database, feed.announce, settings.writer_queue, settings.writer_batch, witness.committed)
        follower = Follower(database, feed, settings.poll_seconds, witness.meters.live_seconds.observe)
        await stack.enter_async_context(owned(follower.run(), "follower"))
        for work, name in _chores(settings, database):
            await stack.enter_async_context(owned(work, name))
        writer = await stack.enter_async_context(owned(inbox.run(), "writer"))
        stack.push_async_callback(drained, inbox)
        ready = _readiness(database, feed, inbox, writer)
        seen = await stack.enter_async_context(seeing(seat, database, ready, witness))
        parts = _assembled(settings, database, inbox, follower, seen)
        stack.push_async_callback(parts.send_listeners_away)
        yield parts


def _chores(settings: Settings, database: Database) -> Iterator[tuple[Any, str]]:
    """What is done now and then."""
    yield watch(database, settings.silent_after_seconds, now), "silence"
    if settings.keep_bodies_days is not None:
        yield tend(database, settings.keep_bodies_days, now), "retention"


def _assembled(settings: Settings, database: Database, inbox: Inbox, follower: Follower, seen: Seen) -> Parts:
    schema = build_schema()
    socket_limits = SocketLimits()
    viewer = everyone(Limits.of(settings), socket_limits.operations)
    tracer = seen.witness.tracer
    known = schema._schema, open_library(settings, schema), database.dialect, viewer
    planner, database = planning(tracer, *known), read_from(database, tracer)
    reader = Reader(database)
    feeds = FeedReader(database, planner)
    watching = Watching(feeds, planner, reader, follower)
    engine = GraphEngine(schema, planner, Sources(reader, Pull(feeds, settings.max_page_size)), watching, seen.meters)
    origins = frozenset(settings.allowed_origins)
    watched = observed(engine, planner.library, tracer, settings.log_operations)
    socket = GraphQLOverWebSocket(watched, _everyone, socket_limits, origins)
    seen.ready.add("service", holds(lambda: "stopping" if socket.sockets.closing else "ok"))
    others = FastAPI(title="Customer Graph", docs_url=None, redoc_url=None, openapi_url=None)
    others.include_router(health_routes(seen.ready.words))
    others.include_router(metrics_route(seen.figures.exposed, _anybody))
    others.include_router(schema_route(printed(schema) if settings.introspection else None))
    others.mount(ide.ASSETS_PATH, ide.assets())
    secrets = [secret.get_secret_value() for secret in settings.webhook_secrets]
    http = GraphQLOverHTTP(watched, settings.max_body_bytes, ide.page)
    Gauges(Watched(inbox, follower, planner, engine, watching, socket, http), seen.meters.registry)
    doors = Doors(http, socket, Webhook(inbox, secrets, settings.max_body_bytes, seen.witness.delivered), others)
    return Parts(database, inbox, follower, engine, watching, socket, http, doors)


async def _everyone(_payload: dict[str, Any] | None, _headers: Mapping[str, str]) -> None:
    """Readers are not told apart: the server listens on loopback unless its keeper says otherwise."""


async def _anybody(_fields: Fields) -> Viewer:
    """The same, for who asks for the figures."""
    return EVERYONE


def _readiness(database: Database, feed: Feed, inbox: Inbox, writer: "asyncio.Task[None]") -> dict[str, Check]:
    return {
        "database": works(Pulse(database, inbox).check),
        "migrations": works(lambda: check_tables(database)),
        "writer": holds(lambda: "stopped" if writer.done() else "stuck" if inbox.is_stuck else "ok"),
        "queue": holds(lambda: "full" if inbox.is_full else "filling" if inbox.is_filling else "ok"),
        "feed": holds(lambda: "ok" if feed.is_connected else "polling"),
        "deliveries": works(lambda: heard_lately(database)),
    }
