"""Bodies are personal data: after a time that the keeper sets they are emptied. Rows stay, and stop repeats.

What is quarantined, or of a type that nobody maps yet, is kept: it can still be learnt from.
"""

import asyncio
import logging

from gql_app.database import Database
from gql_app.errors import MirrorError
from gql_app.mirror.clock import Clock
from gql_app.voucherify.values import moment_at

DAY = 86_400_000_000
"""Microseconds."""

STRETCH = 500
EVERY_SECONDS = 3600
LAST = "SELECT coalesce(max(id), 0) FROM inbox"
RECEIVED = "SELECT received_at FROM inbox WHERE id <= $1 ORDER BY id DESC LIMIT 1"
DONE_WITH = """
id > $1 AND id <= $2 AND received_at < $3 AND length(body) > 0
AND verdict IN ('applied', 'stale', 'discarded')
"""
COUNT = f"SELECT count(*) FROM inbox WHERE {DONE_WITH}"
EMPTY = f"UPDATE inbox SET body = $4 WHERE {DONE_WITH}"

log = logging.getLogger(__name__)


async def tend(database: Database, days: float, clock: Clock) -> None:
    """Prunes every hour until cancelled; what fails is tried again the next time."""
    while True:
        try:
            count = await prune(database, clock() - int(days * DAY))
            if count:
                log.info("bodies_pruned", extra={"events": count})
        except MirrorError as error:
            log.warning("pruning_waits", extra={"error": type(error).__name__})
        await asyncio.sleep(EVERY_SECONDS)


async def prune(database: Database, before: int) -> int:
    """Empties bodies received before (microseconds, UTC), a bounded number per turn; returns how many."""
    moment, pruned = moment_at(max(0, before)), 0
    end = await newest_before(database, moment)
    for begin in range(0, end, STRETCH):
        stretch = begin, min(end, begin + STRETCH), moment
        count = int((await database.read(COUNT, stretch))[0][0])
        if count:
            async with database.turn() as transaction:
                await transaction.execute(EMPTY, *stretch, b"")
            pruned += count
    return pruned


async def newest_before(database: Database, moment: str) -> int:
    """The id of the newest event received before, found by halving: ids rise as events come."""
    low, high = 0, int((await database.read(LAST, ()))[0][0])
    while low < high:
        middle = (low + high + 1) // 2
        rows = await database.read(RECEIVED, (middle,))
        if not rows or rows[0][0] < moment:
            low = middle
        else:
            high = middle - 1
    return low
