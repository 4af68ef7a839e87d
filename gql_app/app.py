"""Puts the parts together; does nothing itself."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI

from gql_app.database import Database, open_database
from gql_app.database.migrate import check_tables
from gql_app.errors import MirrorError
from gql_app.feed import Feed, feed_url, open_feed
from gql_app.live.follower import Follower
from gql_app.live.position import whereabouts
from gql_app.mirror.clock import now
from gql_app.mirror.inbox import Inbox
from gql_app.mirror.marks import Lease
from gql_app.mirror.retention import tend
from gql_app.mirror.shelf import Shelf
from gql_app.mirror.silence import heard_lately, watch
from gql_app.reads.reader import Reader
from gql_app.schema.build import build_schema, printed
from gql_app.schema.engine import GraphEngine
from gql_app.schema.feed_reading import FeedReader
from gql_app.schema.limits import Limits
from gql_app.schema.opening import open_library
from gql_app.schema.planner import Planner
from gql_app.schema.pull import Pull
from gql_app.schema.sources import Sources
from gql_app.schema.viewer import everyone
from gql_app.schema.watching import Watching
from gql_app.settings import Settings
from gql_app.sync.opening import access_of, budget_of
from gql_app.sync.upkeep import Upkeep
from gql_app.web import ide
from gql_app.web.doors import Doors
from gql_app.web.graphql import GraphQLOverHTTP
from gql_app.web.health import Check, health_routes, schema_route
from gql_app.web.limits import Limits as SocketLimits
from gql_app.web.socket import GraphQLOverWebSocket
from gql_app.web.webhook import Webhook


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


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Parts]:
    """The service, connected and working; on leaving, what was accepted is written before connections close."""
    url = settings.database_url.get_secret_value()
    given = settings.feed_url.get_secret_value() if settings.feed_url else None
    async with AsyncExitStack() as stack:
        database = await open_database(url, settings.read_connections, settings.statement_timeout_seconds)
        stack.push_async_callback(database.close)
        await check_tables(database)
        epoch = (await whereabouts(database)).epoch
        feed = await stack.enter_async_context(open_feed(feed_url(given, url), epoch))
        inbox = Inbox(database, feed.announce, settings.writer_queue, settings.writer_batch)
        follower = Follower(database, feed, settings.poll_seconds)
        await stack.enter_async_context(_task(follower.run(), "follower"))
        for work, name in (*_chores(settings, database), *_upkeep(settings, database, feed)):
            await stack.enter_async_context(_task(work, name))
        writer = await stack.enter_async_context(_task(inbox.run(), "writer"))
        stack.push_async_callback(inbox.drain)
        parts = _assembled(settings, database, inbox, follower, _readiness(database, feed, inbox, writer))
        stack.push_async_callback(parts.send_listeners_away)
        yield parts


def _chores(settings: Settings, database: Database) -> Iterator[tuple[Any, str]]:
    """What is done now and then."""
    yield watch(database, settings.silent_after_seconds, now), "silence"
    if settings.keep_bodies_days is not None:
        yield tend(database, settings.keep_bodies_days, now), "retention"


def _upkeep(settings: Settings, database: Database, feed: Feed) -> Iterator[tuple[Any, str]]:
    """What keeps the mirror true, where Voucherify may be asked; one of several workers does each."""
    access = access_of(settings)
    if access is None:
        return
    intake = Shelf(database, feed.announce, "RECONCILE")
    upkeep = Upkeep(access, budget_of(settings), intake, now)
    if settings.refresh_after_seconds:
        lease = Lease(database, "lease.refresh", settings.refresh_after_seconds * 3)
        yield upkeep.refresh(settings.refresh_after_seconds, lease.is_ours), "refresh"
    if settings.reconcile_every_hours is not None:
        yield (
            upkeep.reconcile(settings.reconcile_every_hours, Lease(database, "lease.reconcile", 300).is_ours),
            "reconcile",
        )


def _assembled(settings: Settings, database: Database, inbox: Inbox, follower: Follower, ready: Check) -> Parts:
    schema = build_schema()
    socket_limits = SocketLimits()
    viewer = everyone(Limits.of(settings), socket_limits.operations)
    planner = Planner(schema._schema, open_library(settings, schema), database.dialect, viewer)
    reader = Reader(database)
    feeds = FeedReader(database, planner)
    watching = Watching(feeds, planner, reader, follower)
    engine = GraphEngine(schema, planner, Sources(reader, Pull(feeds, settings.max_page_size)), watching)
    origins = frozenset(settings.allowed_origins)
    socket = GraphQLOverWebSocket(engine, _everyone, socket_limits, origins)
    others = FastAPI(title="Customer Graph", docs_url=None, redoc_url=None, openapi_url=None)
    others.include_router(health_routes(ready))
    others.include_router(schema_route(printed(schema) if settings.introspection else None))
    others.mount(ide.ASSETS_PATH, ide.assets())
    secrets = [secret.get_secret_value() for secret in settings.webhook_secrets]
    http = GraphQLOverHTTP(engine, settings.max_body_bytes, ide.page)
    doors = Doors(http, socket, Webhook(inbox, secrets, settings.max_body_bytes), others)
    return Parts(database, inbox, follower, engine, watching, socket, http, doors)


async def _everyone(_payload: dict[str, Any] | None, _headers: Mapping[str, str]) -> None:
    """Readers are not told apart: the server listens on loopback unless its keeper says otherwise."""


def _readiness(database: Database, feed: Feed, inbox: Inbox, writer: "asyncio.Task[None]") -> Check:
    async def ready() -> dict[str, Any]:
        return {
            "database": await _word(check_tables(database)),
            "writer": "ok" if not writer.done() else "stopped",
            "queue": "ok" if not inbox.is_full else "full",
            "feed": "ok" if feed.is_connected else "polling",
            "deliveries": (await _word(heard_lately(database))).lower(),
        }

    return ready


async def _word(check: Any) -> str:
    try:
        await check
    except MirrorError as error:
        return type(error).__name__
    return "ok"


@asynccontextmanager
async def _task(work: Any, name: str) -> AsyncIterator["asyncio.Task[None]"]:
    task = asyncio.create_task(work, name=name)
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
