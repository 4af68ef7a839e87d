"""What the keeper's commands have in common: the mirror as it is, also while the service runs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from gql_app.database import Database, SqliteAddress, read_address
from gql_app.database.migrate import check_tables
from gql_app.database.waiting import open_patiently
from gql_app.errors import BadArgument, OutOfDate
from gql_app.feed import Feed, feed_url, open_feed
from gql_app.live.position import whereabouts
from gql_app.mirror.inbox import Inbox
from gql_app.settings import Settings
from gql_app.voucherify.values import moment

PATIENT_SECONDS = 300
"""A keeper's question may take longer than a client's."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The database, and how its journal's followers are woken."""

    database: Database
    feed: Feed

    async def announce(self, position: int) -> None:
        """To whoever follows the journal."""
        await self.feed.announce(position)


@asynccontextmanager
async def at_desk(settings: Settings, wait_seconds: float = 0) -> AsyncIterator[Desk]:
    """Raises OutOfDate, and creates nothing, where there is no mirror yet; waits so long for a database."""
    url = settings.database_url.get_secret_value()
    given = settings.feed_url.get_secret_value() if settings.feed_url else None
    _refuse_no_file(url)
    async with AsyncExitStack() as stack:
        database = await open_patiently(url, 2, PATIENT_SECONDS, wait_seconds)
        stack.push_async_callback(database.close)
        await check_tables(database)
        epoch = (await whereabouts(database)).epoch
        feed = await stack.enter_async_context(open_feed(feed_url(given, url), epoch))
        yield Desk(database, feed)


@asynccontextmanager
async def inbox_at(desk: Desk, settings: Settings) -> AsyncIterator[Inbox]:
    """The mirror's inbox with a writer of its own, also while servers write; what it took is written on leaving."""
    inbox = Inbox(desk.database, desk.announce, settings.writer_queue, settings.writer_batch)
    writer = asyncio.create_task(inbox.run(), name="writer")
    try:
        yield inbox
    finally:
        await inbox.drain()
        writer.cancel()
        await asyncio.wait([writer])


def _refuse_no_file(url: str) -> None:
    address = read_address(url)
    if isinstance(address, SqliteAddress) and not Path(address.path).exists():
        raise OutOfDate(f"There is no mirror at {address.path}: set DATABASE_URL or run `gql-app migrate`.")


def point(said: str | None, option: str) -> str | None:
    """A day or a time as the inbox stores times; raises BadArgument."""
    if said is None:
        return None
    found = moment(said) or moment(f"{said}T00:00:00Z")
    if found is None:
        raise BadArgument(f"{option} {said!r} is no time: use 2026-03-03 or 2026-03-03T10:00:00Z (UTC).")
    return found
