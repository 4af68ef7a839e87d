"""The feed of several processes on one PostgreSQL: LISTEN and NOTIFY on a connection of its own."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager, suppress
from typing import Any

import asyncpg

from gql_app.database import PostgresAddress, read_address
from gql_app.errors import BadSetting
from gql_app.feed.mailbox import Mailbox, Mailboxes

CHANNEL = "gql_app_journal"
NOTIFY = "SELECT pg_notify($1, $2)"
LONGEST_PAUSE = 5.0

log = logging.getLogger(__name__)


class PostgresFeed:
    """Listeners in this process are told directly, those in others through the server."""

    def __init__(self, address: PostgresAddress) -> None:
        self._address = address
        self._mailboxes = Mailboxes()
        self._connection: asyncpg.Connection[Any] | None = None
        self._speaking = asyncio.Lock()

    async def announce(self, position: int) -> None:
        """One NOTIFY per call; without a connection only this process hears, the others poll."""
        self._mailboxes.deliver(position)
        async with self._speaking:
            if self._connection is not None:
                await self._connection.execute(NOTIFY, CHANNEL, str(position))

    def listen(self) -> AbstractContextManager[Mailbox]:
        """A mailbox that hears every announcement from now on."""
        return self._mailboxes.listen()

    async def keep_connected(self) -> None:
        """Connects again whenever the connection is lost, and has everybody read the journal anew."""
        pause = 0.1
        while True:
            try:
                await self._stay_connected()
                pause = 0.1
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
                log.warning("feed_disconnected", extra={"error": type(error).__name__})
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _stay_connected(self) -> None:
        lost = asyncio.Event()
        connection = await asyncpg.connect(
            **self._address.options(), server_settings={"application_name": "gql-app feed"}
        )
        try:
            connection.add_termination_listener(lambda _: lost.set())
            await connection.add_listener(CHANNEL, self._hear)
            self._connection = connection
            self._mailboxes.deliver(0)
            await lost.wait()
        finally:
            self._connection = None
            connection.terminate()

    def _hear(self, _connection: Any, _pid: int, _channel: str, payload: Any) -> None:
        if str(payload).isdigit():
            self._mailboxes.deliver(int(payload))


@asynccontextmanager
async def postgres_feed(url: str) -> AsyncIterator[PostgresFeed]:
    """A feed that keeps itself connected for as long as the context lasts."""
    address = read_address(url)
    if not isinstance(address, PostgresAddress):
        raise BadSetting("GQL_APP_FEED_URL names no PostgreSQL server")
    feed = PostgresFeed(address)
    keeper = asyncio.create_task(feed.keep_connected(), name="postgres feed")
    try:
        yield feed
    finally:
        keeper.cancel()
        with suppress(asyncio.CancelledError):
            await keeper
