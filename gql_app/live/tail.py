"""The journal as it grows, for who watches all of it from outside the service."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from gql_app.database import Database
from gql_app.live.follower import Follower, Step
from gql_app.live.position import Gap, Place, Whereabouts, place_after, whereabouts

STRETCH = 200
ENTRIES = """
SELECT position, customer_id, kind, version, changes, event_type, occurred_at, recorded_at, late FROM journal
WHERE position > $1 AND position <= $2 AND (customer_id = $3 OR $3 = '') ORDER BY position
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One change; each of `changes` has its path, and before and after."""

    position: int
    customer_id: str
    kind: str
    version: int
    changes: list[dict[str, Any]]
    event_type: str
    occurred_at: str | None
    recorded_at: str
    late: bool


class Tail:
    """In order, without gaps, each once; where that cannot be kept, a Gap says so."""

    def __init__(self, database: Database, follower: Follower, customer_id: str | None = None) -> None:
        self._database = database
        self._follower = follower
        self._customer_id = customer_id or ""
        self._news = asyncio.Event()
        self._now: Whereabouts | None = None
        self._place = 0

    @property
    def cursor(self) -> str | None:
        """Where to go on from; what concerned others has been passed by."""
        return self._now.cursor(self._place) if self._now else None

    def hear(self, _step: Step) -> None:
        """However often it is said meanwhile, it is looked at once."""
        self._news.set()

    async def follow(self, cursor: str | None) -> AsyncIterator[Entry | Gap | None]:
        """What follows the cursor, or what happens from now on; None whenever that is all for now."""
        with self._follower.telling(self):
            if gap := await self._begin(cursor):
                yield gap
            while True:
                self._news.clear()
                if gap := await self._look():
                    yield gap
                async for entry in self._unread():
                    yield entry
                yield None
                await self._news.wait()

    async def _begin(self, cursor: str | None) -> Gap | None:
        now = await whereabouts(self._database)
        place = Place(now.position) if cursor is None else place_after(cursor, now)
        self._now, self._place = now, now.position if isinstance(place, Gap) else place.position
        return place if isinstance(place, Gap) else None

    async def _look(self) -> Gap | None:
        """Where the journal stands now, and whether it still reaches back to where we are."""
        before, now = self.cursor or "", await whereabouts(self._database)
        self._now, place = now, place_after(before, now)
        if isinstance(place, Gap):
            self._place = now.position
            return place
        return None

    async def _unread(self) -> AsyncIterator[Entry]:
        assert self._now is not None
        while self._place < self._now.position:
            upto = min(self._now.position, self._place + STRETCH)
            for row in await self._database.read(ENTRIES, (self._place, upto, self._customer_id)):
                entry = _entry(row)
                self._place = entry.position
                yield entry
            self._place = upto


def _entry(row: tuple[Any, ...]) -> Entry:
    position, customer_id, kind, version, changes, event_type, occurred_at, recorded_at, late = row
    told = json.loads(changes)
    return Entry(position, customer_id, kind, version, told, event_type, occurred_at, recorded_at, bool(late))
