"""What the tests of feeds have in common: committing without a word, cutting connections, following."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from redis.asyncio import Redis

from gql_app.database import open_database, read_address
from gql_app.feed import Feed, Mailbox
from gql_app.feed.redis import NAME
from gql_app.live.follower import Follower, Step
from tests.stage import SOON

from .scenes import until

ADDRESSES = {"postgres": "postgres_url", "redis": "redis_url", "sqlite": "sqlite_url"}
"""The fixtures that say where the feeds of several processes are found."""

TERMINATE = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE application_name = 'gql-app feed' AND datname = current_database()"""


async def take(mailbox: Mailbox) -> int:
    """The next word."""
    async with asyncio.timeout(SOON):
        return await mailbox.take()


async def heard(mailbox: Mailbox, position: int) -> None:
    """Waits for a word that says at least this."""
    while await take(mailbox) < position:
        pass


async def commit(url: str, position: int) -> None:
    """Moves the journal of a database on without a word; does nothing where the address is a broker's."""
    if url.startswith("redis"):
        return
    database = await open_database(url)
    try:
        async with database.turn() as transaction:
            await transaction.execute("UPDATE mirror_state SET position = $1", position)
    finally:
        await database.close()


async def cut(url: str) -> int:
    """Ends every connection of the feeds at this address; returns how many there were."""
    if url.startswith("redis"):
        async with Redis.from_url(url, socket_timeout=None) as redis:
            feeds = [one["id"] for one in await redis.client_list() if one["name"] == NAME]
            return sum([await redis.client_kill_filter(_id=one) for one in feeds])
    connection = await asyncpg.connect(**read_address(url).options())  # type: ignore[union-attr]
    try:
        return len(await connection.fetch(TERMINATE))
    finally:
        await connection.close()


@asynccontextmanager
async def cutting(url: str) -> AsyncIterator[None]:
    """Cuts them again and again for as long as the context lasts."""

    async def keep_cutting() -> None:
        while True:
            await cut(url)

    task = asyncio.create_task(keep_cutting())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


class Noted:
    """A listener that keeps the steps it was told of."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def hear(self, step: Step) -> None:
        self.steps.append(step)

    async def reached(self, position: int) -> None:
        """Waits for a step as far as this."""
        await until(lambda: self.steps and self.steps[-1].now.position >= position)


@asynccontextmanager
async def following_database(url: str, feed: Feed, poll_seconds: float) -> AsyncIterator[Noted]:
    """A listener of a follower of this database's journal."""
    database, noted = await open_database(url), Noted()
    follower = Follower(database, feed, poll_seconds)
    following = asyncio.create_task(follower.run())
    try:
        with follower.telling(noted):
            yield noted
    finally:
        following.cancel()
        await asyncio.wait([following])
        await database.close()
