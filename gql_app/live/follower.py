"""Follows the journal: one task per process that knows how far it has come and whom the news concerns."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Protocol

from gql_app.database import Database
from gql_app.errors import MirrorError
from gql_app.feed import Feed, Mailbox
from gql_app.live.concern import keys_of
from gql_app.live.interest import Interests, Key
from gql_app.live.position import Whereabouts, whereabouts
from gql_app.voucherify.values import instant

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Step:
    """Where the journal stands, and where it stood: whoever hears of this step was concerned by none in between."""

    now: Whereabouts
    before: Whereabouts | None = None
    begun_anew: bool = False


class Listener(Protocol):
    """Is told of the steps that concern it; takes a note and returns at once, so that nobody keeps others waiting."""

    def hear(self, step: Step) -> None: ...


class Follower:
    """Woken by the feed, or by a slow poll where no word came: so many seconds after it began to look last."""

    def __init__(
        self, database: Database, feed: Feed, poll_seconds: float = 2, lag: Callable[[float], object] = float
    ) -> None:
        self._lag = lag
        """Is told how many seconds passed from a change to telling who listens."""

        self._database = database
        self._feed = feed
        self._poll = poll_seconds
        self._interests: Interests[Listener] = Interests()
        self._arrivals: set[Listener] = set()
        self._seen: Whereabouts | None = None

    @property
    def listeners(self) -> int:
        """How many are told."""
        return len(self._interests)

    @property
    def position(self) -> int:
        """Everything up to here has been told to whom it concerns."""
        return 0 if self._seen is None else self._seen.position

    @contextmanager
    def telling(self, listener: Listener, keys: frozenset[Key] | None = None) -> Iterator[None]:
        """Tells a listener where the journal stands, and of every step from this line on: of all, or of those that
        concern a customer with one of the keys.
        """
        self._interests.add(listener, keys)
        self._arrivals.add(listener)
        if self._seen is not None:
            listener.hear(Step(self._seen))
        try:
            yield
        finally:
            self._interests.remove(listener, keys)
            self._arrivals.discard(listener)

    async def run(self) -> None:
        """Follows until cancelled; what fails is tried again with the next word or poll."""
        with self._feed.listen() as mailbox:
            while True:
                due = asyncio.get_running_loop().time() + self._poll
                try:
                    await self._step()
                except MirrorError as error:
                    log.warning("follower_waits", extra={"error": type(error).__name__})
                except Exception:
                    log.exception("follower_failed")
                await self._wait(mailbox, due)

    async def _wait(self, mailbox: Mailbox, due: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout_at(due):
                await mailbox.take()

    async def _step(self) -> None:
        before, now = self._seen, await whereabouts(self._database)
        if now == before:
            return
        begun_anew = before is not None and not now.continues(before)
        self._arrivals.clear()
        keys = [] if before is None or begun_anew else await self._keys(before.position, now.position)
        concerned = self._interests.all() if before is None or begun_anew else self._interests.concerned(keys)
        step = Step(now, before, begun_anew)
        self._seen = now
        for listener in concerned | dict.fromkeys(self._arrivals):  # who came meanwhile was not asked what it looks for
            listener.hear(step)
        recorded = instant(now.recorded_at)
        if recorded is not None and before is not None and now.position > before.position:
            self._lag(max(0.0, time.time() - recorded / 1e6))

    async def _keys(self, after: int, upto: int) -> list[Key]:
        traits = self._interests.traits
        if upto == after or not traits:
            return []
        return await keys_of(self._database, after, upto, traits)
