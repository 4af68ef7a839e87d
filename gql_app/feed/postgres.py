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
SHORTEST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
ANSWER_SECONDS = 5.0
HEARTBEAT_SECONDS = 30.0
LOST = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError)

log = logging.getLogger(__name__)


class PostgresFeed:
    """Listeners in this process are told directly, those in others through the server."""

    def __init__(self, address: PostgresAddress) -> None:
        self._address = address
        self._mailboxes = Mailboxes()
        self._unsaid = Mailbox()
        self._pause = SHORTEST_PAUSE

    async def announce(self, position: int) -> None:
        """Never waits for the server: what comes meanwhile is one NOTIFY, after a lost connection too."""
        self._mailboxes.deliver(position)
        self._unsaid.put(position)

    def listen(self) -> AbstractContextManager[Mailbox]:
        """A mailbox that hears every announcement from now on."""
        return self._mailboxes.listen()

    async def keep_connected(self) -> None:
        """Connects again whenever the connection is lost, and has everybody read the journal anew."""
        while True:
            try:
                await self._converse()
            except LOST as error:
                log.warning("feed_disconnected", extra={"error": type(error).__name__})
            await asyncio.sleep(self._pause)
            self._pause = min(self._pause * 2, LONGEST_PAUSE)

    async def _converse(self) -> None:
        settings = {"application_name": "gql-app feed"}
        connection = await asyncpg.connect(**self._address.options(), server_settings=settings, timeout=ANSWER_SECONDS)
        try:
            await connection.add_listener(CHANNEL, self._hear)
            self._pause = SHORTEST_PAUSE
            self._mailboxes.deliver(0)
            await self._speak(connection)
        finally:
            connection.terminate()

    async def _speak(self, connection: "asyncpg.Connection[Any]") -> None:
        """Ends as soon as the connection is lost; a silent one is asked whether it still lives."""
        connection.add_termination_listener(lambda _: self._unsaid.put(0))
        while not connection.is_closed():
            position = await self._next_word()
            try:
                await connection.execute(NOTIFY, CHANNEL, str(position), timeout=ANSWER_SECONDS)
            except LOST:
                self._unsaid.put(position)
                raise

    async def _next_word(self) -> int:
        try:
            async with asyncio.timeout(HEARTBEAT_SECONDS):
                return await self._unsaid.take()
        except TimeoutError:
            return 0

    def _hear(self, _connection: Any, _pid: int, _channel: str, payload: Any) -> None:
        if str(payload).isdecimal():
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
