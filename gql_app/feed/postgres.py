"""The feed of several processes on one PostgreSQL: LISTEN and NOTIFY on a connection of its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from gql_app.database import PostgresAddress, read_address
from gql_app.database.postgres import LOST
from gql_app.errors import BadSetting
from gql_app.feed.connected import ANSWER_SECONDS, ConnectedFeed

CHANNEL = "gql_app_journal"
GRACE = 1.0
NOTIFY = "SELECT pg_notify($1, $2)"


class PostgresFeed(ConnectedFeed):
    """NOTIFY reaches whoever listens on the same database, and nobody else."""

    lost = LOST

    def __init__(self, address: PostgresAddress) -> None:
        super().__init__()
        self._address = address

    async def _converse(self) -> None:
        connection = await self._connected()
        try:
            await connection.add_listener(CHANNEL, self._hear)
            self._is_heard()
            await self._speak(connection)
        finally:
            connection.terminate()

    async def _connected(self) -> "asyncpg.Connection[Any]":
        """Cancelled half way the driver would complain of itself later, so what has begun may end."""
        settings = {"application_name": "gql-app feed"}
        connect = asyncpg.connect(**self._address.options(), server_settings=settings, timeout=ANSWER_SECONDS)
        connecting = asyncio.ensure_future(connect)
        try:
            return await asyncio.shield(connecting)
        except asyncio.CancelledError:
            await asyncio.wait({connecting}, timeout=GRACE)
            if connecting.done() and not connecting.cancelled() and connecting.exception() is None:
                connecting.result().terminate()
            connecting.cancel()
            raise

    async def _speak(self, connection: "asyncpg.Connection[Any]") -> None:
        """Ends as soon as the connection is lost; a silent one is asked whether it still lives."""
        connection.add_termination_listener(lambda _: self._unsaid.put(0))
        while not connection.is_closed():
            position = await self._next_word()
            try:
                await connection.execute(NOTIFY, CHANNEL, str(position), timeout=ANSWER_SECONDS)
            except self.lost:
                self._unsaid.put(position)
                raise

    def _hear(self, _connection: Any, _pid: int, _channel: str, payload: Any) -> None:
        if str(payload).isdecimal():
            self._mailboxes.deliver(int(payload))


@asynccontextmanager
async def postgres_feed(url: str) -> AsyncIterator[PostgresFeed]:
    """A feed for as long as the context lasts, connected or trying to be."""
    address = read_address(url)
    if not isinstance(address, PostgresAddress):
        raise BadSetting("GQL_APP_FEED_URL names no PostgreSQL server")
    feed = PostgresFeed(address)
    async with feed.kept_connected():
        yield feed
