"""How processes wake one another: a number goes round, never data. A lost word costs time, never a change."""

from contextlib import AbstractAsyncContextManager, AbstractContextManager
from typing import Protocol
from urllib.parse import urlsplit

from gql_app.errors import BadSetting
from gql_app.feed.mailbox import Mailbox

FEEDS = ("memory", "postgres", "postgresql", "redis", "rediss", "sqlite")


class Feed(Protocol):
    """Tells everybody how far the journal has come. Where it is not connected, only the slow poll does."""

    @property
    def is_connected(self) -> bool: ...

    async def announce(self, position: int) -> None: ...

    def listen(self) -> AbstractContextManager[Mailbox]: ...


def feed_url(given: str | None, database_url: str) -> str:
    """The feed to use: the one that is set, else the database's own; raises BadSetting for another's file."""
    if not given:
        return database_url
    if urlsplit(given).scheme != "sqlite":
        return given
    if urlsplit(database_url).scheme != "sqlite" or given not in ("sqlite://", database_url):
        raise BadSetting("GQL_APP_FEED_URL: sqlite:// asks the file of DATABASE_URL, and no other: leave it out")
    return database_url


def open_feed(url: str, epoch: str = "") -> AbstractAsyncContextManager[Feed]:
    """A feed for the journal of this epoch, connecting; raises BadSetting where nothing speaks this URL."""
    scheme = urlsplit(url).scheme
    if scheme not in FEEDS:
        raise BadSetting(f"GQL_APP_FEED_URL begins with {scheme!r}: use {', '.join(FEEDS)}")
    if scheme == "memory":
        from gql_app.feed.memory import memory_feed

        return memory_feed()
    if scheme == "sqlite":
        from gql_app.feed.sqlite import sqlite_feed

        return sqlite_feed(url)
    if scheme.startswith("redis"):
        return _redis(url, epoch)
    from gql_app.feed.postgres import postgres_feed

    return postgres_feed(url)


def _redis(url: str, epoch: str) -> AbstractAsyncContextManager[Feed]:
    try:
        from gql_app.feed.redis import redis_feed
    except ModuleNotFoundError:
        raise BadSetting("GQL_APP_FEED_URL needs the package redis: pip install 'customer-graph[redis]'") from None
    return redis_feed(url, epoch)


__all__ = ["FEEDS", "Feed", "Mailbox", "feed_url", "open_feed"]
