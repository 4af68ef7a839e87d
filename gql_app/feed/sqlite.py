"""The feed of several processes on one SQLite file: whether another connection committed is asked often."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiosqlite

from gql_app.database import SqliteAddress, read_address
from gql_app.errors import BadSetting
from gql_app.feed.connected import ConnectedFeed

LOOK_SECONDS = 0.1
VERSION = "PRAGMA data_version"


class SqliteFeed(ConnectedFeed):
    """Its connection never writes, so the version moves with every commit of anybody else's."""

    lost = (sqlite3.Error, OSError)

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path

    async def _converse(self) -> None:
        async with _opened(self._path) as connection:
            seen = await connection.execute_fetchall(VERSION)
            self._is_heard()
            while True:
                await asyncio.sleep(LOOK_SECONDS)
                now = await connection.execute_fetchall(VERSION)
                if now != seen:
                    seen = now
                    self._mailboxes.deliver(0)


@asynccontextmanager
async def _opened(path: str) -> AsyncIterator[aiosqlite.Connection]:
    """A connection whose thread has ended when the context has, also where that is while it opens."""
    opening = asyncio.ensure_future(_open(path))
    try:
        yield await asyncio.shield(opening)
    finally:
        await (await opening).close()


async def _open(path: str) -> aiosqlite.Connection:
    return await aiosqlite.connect(path, isolation_level=None)


@asynccontextmanager
async def sqlite_feed(url: str) -> AsyncIterator[SqliteFeed]:
    """A feed for as long as the context lasts."""
    address = read_address(url)
    if not isinstance(address, SqliteAddress):
        raise BadSetting("GQL_APP_FEED_URL is sqlite:// and DATABASE_URL is not: leave it out")
    feed = SqliteFeed(address.path)
    async with feed.kept_connected():
        yield feed
