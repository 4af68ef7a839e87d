"""Puts the parts together, and lets them work for as long as they are wanted."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any

from opentelemetry.trace import Tracer

from gql_app.assembly import Parts, Staff, assembled
from gql_app.database import Database
from gql_app.database.migrate import check_tables
from gql_app.database.waiting import open_patiently
from gql_app.feed import Feed, feed_url, open_feed
from gql_app.live.follower import Follower
from gql_app.live.position import whereabouts
from gql_app.mirror.clock import now
from gql_app.mirror.inbox import Inbox
from gql_app.mirror.marks import Lease
from gql_app.mirror.pulse import Pulse
from gql_app.mirror.retention import tend
from gql_app.mirror.shelf import Shelf
from gql_app.mirror.silence import heard_lately, watch
from gql_app.observe.meters import Meters
from gql_app.schema.tolling import open_toll
from gql_app.settings import Settings
from gql_app.sync.opening import access_of, budget_of
from gql_app.sync.upkeep import Upkeep
from gql_app.tasks import drained, owned
from gql_app.viewers.opening import open_doorkeeper
from gql_app.web.readiness import Check, holds, works
from gql_app.web.seeing import seeing
from gql_app.web.siblings import Seat
from gql_app.web.witness import Witness

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
        toll = await stack.enter_async_context(open_toll(settings, feed_url(given, url), epoch))
        inbox = Inbox(database, feed.announce, settings.writer_queue, settings.writer_batch, witness.committed)
        follower = Follower(database, feed, settings.poll_seconds, witness.meters.live_seconds.observe)
        doorkeeper = await open_doorkeeper(settings, database)
        follows = await stack.enter_async_context(owned(follower.run(), "follower"))
        keeps = await stack.enter_async_context(owned(doorkeeper.run(), "doorkeeper"))
        for work, name in (*_chores(settings, database), *_upkeep(settings, database, feed)):
            await stack.enter_async_context(owned(work, name))
        writer = await stack.enter_async_context(owned(inbox.run(), "writer"))
        stack.push_async_callback(drained, inbox)
        ready = _readiness(database, feed, inbox, writer)
        ready |= {"live": holds(partial(_at_work, follows)), "doorkeeper": holds(partial(_at_work, keeps))}
        seen = await stack.enter_async_context(seeing(seat, database, ready, witness))
        parts = assembled(settings, Staff(database, inbox, follower, doorkeeper, toll), seen)
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
        lease = Lease(database, "lease.reconcile", 300)
        yield upkeep.reconcile(settings.reconcile_every_hours, lease.is_ours), "reconcile"


def _at_work(task: "asyncio.Task[None]") -> str:
    return "stopped" if task.done() else "ok"


def _readiness(database: Database, feed: Feed, inbox: Inbox, writer: Any) -> dict[str, Check]:
    return {
        "database": works(Pulse(database, inbox).check),
        "migrations": works(lambda: check_tables(database)),
        "writer": holds(lambda: "stopped" if writer.done() else "stuck" if inbox.is_stuck else "ok"),
        "queue": holds(lambda: "full" if inbox.is_full else "filling" if inbox.is_filling else "ok"),
        "feed": holds(lambda: "ok" if feed.is_connected else "polling"),
        "deliveries": works(lambda: heard_lately(database)),
    }
