"""Follows the journal: one task per process that knows how far it has come and whom the news concerns."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Protocol

from gql_app.database import Database
from gql_app.errors import MirrorError
from gql_app.feed import Feed, Mailbox
from gql_app.live.position import Whereabouts, whereabouts

CONCERNED = "SELECT DISTINCT customer_id FROM journal WHERE position > $1 AND position <= $2"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Step:
    """Where the journal stands, and which customers changed since the last step; None where all may have."""

    now: Whereabouts
    customers: frozenset[str] | None
    begun_anew: bool = False


class Listener(Protocol):
    """Is told of every step; takes a note and returns at once, so that nobody keeps the others waiting."""

    def hear(self, step: Step) -> None: ...


class Follower:
    """Woken by the feed, or by a slow poll where no word came."""

    def __init__(self, database: Database, feed: Feed, poll_seconds: float = 2) -> None:
        self._database = database
        self._feed = feed
        self._poll = poll_seconds
        self._listeners: set[Listener] = set()
        self._seen: Whereabouts | None = None

    @contextmanager
    def telling(self, listener: Listener) -> Iterator[None]:
        """Tells a listener where the journal stands, and of every step from this line on."""
        self._listeners.add(listener)
        if self._seen is not None:
            listener.hear(Step(self._seen, frozenset()))
        try:
            yield
        finally:
            self._listeners.discard(listener)

    async def run(self) -> None:
        """Follows until cancelled; what fails is tried again with the next word or poll."""
        with self._feed.listen() as mailbox:
            while True:
                try:
                    await self._step()
                except MirrorError as error:
                    log.warning("follower_waits", extra={"error": type(error).__name__})
                except Exception:
                    log.exception("follower_failed")
                await self._wait(mailbox)

    async def _wait(self, mailbox: Mailbox) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._poll):
                await mailbox.take()

    async def _step(self) -> None:
        before, now = self._seen, await whereabouts(self._database)
        if now == before:
            return
        step = Step(now, None, before is not None and not now.continues(before))
        if before is not None and not step.begun_anew:
            step = Step(now, await self._concerned(before.position, now.position))
        self._seen = now
        for listener in tuple(self._listeners):
            listener.hear(step)

    async def _concerned(self, after: int, upto: int) -> frozenset[str]:
        if upto == after or not self._listeners:
            return frozenset()
        return frozenset(row[0] for row in await self._database.read(CONCERNED, (after, upto)))
