"""Whether the database takes writes: seen from what is written, and tried where nothing was written lately."""

import time

from gql_app.database import Database
from gql_app.mirror.inbox import Inbox

LATELY = 5.0
"""Seconds for which a commit proves enough."""

TOUCH = "UPDATE mirror_state SET position = position WHERE id = 1"


class Pulse:
    """By the same connection, in the same way as events are: a turn, and a commit. SQLite takes its lock for it, and
    writes nothing where nothing changes.
    """

    def __init__(self, database: Database, inbox: Inbox) -> None:
        self._database = database
        self._inbox = inbox
        self._touched_at = float("-inf")

    async def check(self) -> None:
        """Raises Outage where nothing can be committed now."""
        if time.monotonic() - max(self._inbox.committed_at, self._touched_at) < LATELY:
            return
        async with self._database.turn() as transaction:
            await transaction.execute(TOUCH)
        self._touched_at = time.monotonic()
