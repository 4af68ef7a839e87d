"""Follows the journal: one task per process that knows how far it has come and whom the news concerns."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from gql_app.database import Database
from gql_app.errors import MirrorError
from gql_app.feed import Feed, Mailbox
from gql_app.live.position import whereabouts

CONCERNED = "SELECT DISTINCT customer_id FROM journal WHERE position > $1 AND position <= $2"

log = logging.getLogger(__name__)


class Listener(Protocol):
    """Is told of every step of the journal: from after one position up to another, and which customers changed."""

    async def hear(self, after: int, upto: int, customers: frozenset[str]) -> None: ...


class Follower:
    """Woken by the feed, or by a slow poll where no word came."""

    def __init__(self, database: Database, feed: Feed, poll_seconds: float = 2) -> None:
        self._database = database
        self._feed = feed
        self._poll = poll_seconds
        self._listeners: set[Listener] = set()
        self.position = 0

    @contextmanager
    def telling(self, listener: Listener) -> Iterator[None]:
        """Tells a listener of every step from this line on."""
        self._listeners.add(listener)
        try:
            yield
        finally:
            self._listeners.discard(listener)

    async def run(self) -> None:
        """Follows until cancelled; what fails is tried again with the next word or poll."""
        with self._feed.listen() as mailbox:
            self.position = (await whereabouts(self._database)).position
            while True:
                await self._wait(mailbox)
                try:
                    await self._step()
                except MirrorError as error:
                    log.warning("follower_waits", extra={"error": type(error).__name__})

    async def _wait(self, mailbox: Mailbox) -> None:
        try:
            async with asyncio.timeout(self._poll):
                await mailbox.take()
        except TimeoutError:
            return

    async def _step(self) -> None:
        after, upto = self.position, (await whereabouts(self._database)).position
        if upto <= after:
            return
        rows = await self._database.read(CONCERNED, (after, upto)) if self._listeners else []
        self.position = upto
        customers = frozenset(row[0] for row in rows)
        await asyncio.gather(*(listener.hear(after, upto, customers) for listener in list(self._listeners)))
