"""The feed where a pooler stands before PostgreSQL: PUBLISH and SUBSCRIBE on a Redis that stores nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from gql_app.errors import BadSetting
from gql_app.feed.connected import ANSWER_SECONDS, HEARTBEAT_SECONDS, ConnectedFeed

NAME = "gql-app-feed"
SILENT_SECONDS = HEARTBEAT_SECONDS + ANSWER_SECONDS


class Silent(OSError):
    """Not even our own words come back."""


class RedisFeed(ConnectedFeed):
    """Hears its own words too: once they stay away, the connection is taken to be lost."""

    lost = (RedisError, OSError)

    def __init__(self, url: str, channel: str) -> None:
        super().__init__()
        self._url = url
        self._channel = channel

    async def _converse(self) -> None:
        async with client(self._url) as redis, redis.pubsub() as ears:
            async with asyncio.timeout(ANSWER_SECONDS):
                await ears.subscribe(self._channel)
            hearing = asyncio.create_task(self._hear(ears), name="redis feed")
            hearing.add_done_callback(lambda _: self._unsaid.put(0))
            try:
                while not hearing.done():
                    await self._say(redis, await self._next_word())
                await hearing
            finally:
                hearing.cancel()
                await asyncio.gather(hearing, return_exceptions=True)

    async def _hear(self, ears: Any) -> None:
        """The confirmation of a subscription is the moment from which nothing is missed."""
        while True:
            message = await ears.get_message(timeout=SILENT_SECONDS)
            if message is None:
                raise Silent()
            if message["type"] == "subscribe":
                self._is_heard()
            elif message["type"] == "message" and message["data"].isdigit():
                self._mailboxes.deliver(int(message["data"]))

    async def _say(self, redis: "Redis", position: int) -> None:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await redis.publish(self._channel, position)
        except self.lost:
            self._unsaid.put(position)
            raise


def client(url: str) -> "Redis":
    """Not connected yet, and tries nothing twice: that is the feed's own business. Raises BadSetting."""
    try:
        # Its own time limit may swallow a cancellation (asyncio.wait_for of Python 3.11): ours stand around it.
        return Redis.from_url(url, client_name=NAME, retry=Retry(NoBackoff(), 0), socket_timeout=None)
    except (ValueError, TypeError):
        raise BadSetting("GQL_APP_FEED_URL is no Redis address: use redis://user:password@host:6379/0") from None


@asynccontextmanager
async def redis_feed(url: str, epoch: str) -> AsyncIterator[RedisFeed]:
    """A feed for as long as the context lasts. Redis has one space of channels for all of its databases, so the
    channel is named for the journal: deployments share a server without hearing one another.
    """
    client(url)
    feed = RedisFeed(url, f"gql_app_journal:{epoch}")
    async with feed.kept_connected():
        yield feed
