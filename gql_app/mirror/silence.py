"""Voucherify switches a webhook off after a day of failures and tells nobody: we notice the silence.

What is usual is learnt from the longest gap between two deliveries of the last two weeks, nights and Sundays
among them. A task judges, and keeps in `mirror_state.silent_since` the delivery that nothing followed: so the
next delivery ends the silence at once, by being another, and the writer need not know of it.
"""

import asyncio
import heapq
import logging

from gql_app.database import Database
from gql_app.errors import MirrorError
from gql_app.mirror.clock import Clock
from gql_app.mirror.retention import DAY, newest_before
from gql_app.voucherify.values import instant, moment_at

SECOND = 1_000_000
MILLISECOND = 1000
HOUR = 3600 * SECOND
WINDOW = 14 * DAY
FAR_LONGER = 3
EVERY_SECONDS = 60
NEAR = 1000
"""Events to look at for a delivery before and after one: what we asked for ourselves stands between them."""

RECEIVED = "SELECT received_at FROM inbox WHERE id >= $1 ORDER BY id LIMIT 1"
DELIVERY = "SELECT id FROM inbox WHERE id > $1 AND id < $2 AND source = 'WEBHOOK' ORDER BY id {way} LIMIT 1"
STATE = "SELECT last_event_at, silent_since FROM mirror_state WHERE id = 1"
SILENT = "UPDATE mirror_state SET silent_since = $1 WHERE id = 1"
IS_SILENT = "SELECT count(*) FROM mirror_state WHERE id = 1 AND silent_since = last_event_at"

log = logging.getLogger(__name__)


class Silent(MirrorError):
    """Nothing has come for far longer than usual: look whether Voucherify has switched the webhook off."""


async def watch(database: Database, after_seconds: float | None, clock: Clock) -> None:
    """Looks every minute until cancelled; what fails is tried again the next time."""
    while True:
        try:
            await look(database, after_seconds, clock())
        except MirrorError as error:
            log.warning("silence_unknown", extra={"error": type(error).__name__})
        await asyncio.sleep(EVERY_SECONDS)


async def look(database: Database, after_seconds: float | None, now: int) -> None:
    """Notes the silence where nothing has come for longer than this, or for far longer than usual."""
    last, noted = (await database.read(STATE, ()))[0]
    if last is None or last == noted:
        return
    quiet = now - (instant(last) or 0)
    if quiet <= HOUR and after_seconds is None:
        return
    bearable = await usual(database) if after_seconds is None else int(after_seconds * SECOND)
    if bearable is not None and quiet > bearable:
        log.warning("deliveries_silent", extra={"since": last, "longest_usual_seconds": bearable // SECOND})
        async with database.turn() as transaction:
            await transaction.execute(SILENT, last)


async def heard_lately(database: Database) -> None:
    """Raises Silent where the last delivery is the one that nothing followed."""
    if (await database.read(IS_SILENT, ()))[0][0]:
        raise Silent()


async def usual(database: Database) -> int | None:
    """How long a silence is still usual, microseconds; None where too little has come to say.

    Who has listened for less than a day has not heard a night yet.
    """
    said = (await database.read(STATE, ()))[0][0]
    if said is None:
        return None
    end = instant(said) or 0
    last = await newest_before(database, moment_at(end + MILLISECOND))
    first = await newest_before(database, moment_at(max(0, end - WINDOW))) + 1
    if first >= last:
        return None
    begin = await _received(database, first)
    if begin is None:
        return None
    floor = HOUR if end - begin >= DAY else DAY
    return max(floor, FAR_LONGER * await _longest_gap(database, (first, begin), (last, end)))


async def _longest_gap(database: Database, first: tuple[int, int], last: tuple[int, int]) -> int:
    """By halving the longest stretch: once that is two neighbours, no other can hold a longer gap."""
    stretches = [(first[1] - last[1], first, last)]
    while True:
        span, begin, end = heapq.heappop(stretches)
        if end[0] - begin[0] <= 1 or -span * FAR_LONGER <= HOUR:
            return -span
        number = await _between(database, begin[0], end[0])
        received = None if number is None else await _received(database, number)
        if number is None or received is None:
            return -span
        middle = number, received
        heapq.heappush(stretches, (begin[1] - middle[1], begin, middle))
        heapq.heappush(stretches, (middle[1] - end[1], middle, end))


async def _between(database: Database, begin: int, end: int) -> int | None:
    """A delivery about midway between two; among many that are none, one of those in its stead."""
    middle = (begin + end) // 2
    first, last = max(begin, middle - NEAR), min(end, middle + NEAR)
    after = await database.read(DELIVERY.format(way="ASC"), (middle - 1, last))
    found = after or await database.read(DELIVERY.format(way="DESC"), (first, middle))
    if found:
        return int(found[0][0])
    return None if (first, last) == (begin, end) else middle


async def _received(database: Database, event_id: int) -> int | None:
    """When the event came, or the next that is still kept; None where pruning has left none while we looked."""
    rows = await database.read(RECEIVED, (event_id,))
    return instant(rows[0][0]) if rows else None
