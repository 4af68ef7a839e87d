"""How processes wake one another: a number goes round, never data. A lost word costs time, never a change."""

from contextlib import AbstractAsyncContextManager, AbstractContextManager
from typing import Protocol
from urllib.parse import urlsplit

from gql_app.errors import BadSetting
from gql_app.feed.mailbox import Mailbox


class Feed(Protocol):
    """Tells everybody how far the journal has come."""

    async def announce(self, position: int) -> None: ...

    def listen(self) -> AbstractContextManager[Mailbox]: ...


def feed_url(given: str | None, database_url: str) -> str:
    """The feed to use: the one that is set, else the one that goes with the database."""
    if given:
        return given
    return database_url if urlsplit(database_url).scheme in FEEDS else "memory://"


def open_feed(url: str) -> AbstractAsyncContextManager[Feed]:
    """A connected feed; raises BadSetting where nothing speaks this URL."""
    scheme = urlsplit(url).scheme
    if scheme in ("postgres", "postgresql"):
        from gql_app.feed.postgres import postgres_feed

        return postgres_feed(url)
    if scheme == "memory":
        from gql_app.feed.memory import memory_feed

        return memory_feed()
    raise BadSetting(f"GQL_APP_FEED_URL begins with {scheme!r}: use {' or '.join(sorted(FEEDS))}://")


FEEDS = frozenset({"memory", "postgres", "postgresql"})

__all__ = ["FEEDS", "Feed", "Mailbox", "feed_url", "open_feed"]
