"""Who tells a lot at once lets deliveries go first: while some come, there is time for theirs between any two turns."""

import asyncio
import time

from gql_app.database import Database

DELIVERIES = "SELECT events_received FROM mirror_state WHERE id = 1"
ALONE_SECONDS, AMONG_OTHERS_SECONDS = 0.002, 0.03
"""SQLite has whoever waits for the file look again ever more rarely; in a shorter gap nobody would look."""

ALONE, AMONG_OTHERS = 128, 32
"""Tellings of one turn; a delivery waits until the turn that it met has ended."""

REMEMBERED_SECONDS = 10.0


class Courtesy:
    """Of one who writes in turns."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._counted: int | None = None
        self._until = 0.0

    @property
    def portion(self) -> int:
        """How many to tell in the next turn."""
        return AMONG_OTHERS if time.monotonic() < self._until else ALONE

    async def pause(self) -> None:
        """Between two turns."""
        count, now = int((await self._database.read(DELIVERIES, ()))[0][0]), time.monotonic()
        if self._counted not in (None, count):
            self._until = now + REMEMBERED_SECONDS
        self._counted = count
        await asyncio.sleep(AMONG_OTHERS_SECONDS if now < self._until else ALONE_SECONDS)
