"""A database that is not there yet is waited for: both are often started together."""

import asyncio
import logging
import random
from collections.abc import Iterator

from gql_app.database import Database, open_database
from gql_app.errors import Outage, Unanswered

SHORTEST_PAUSE, LONGEST_PAUSE = 0.25, 5.0

log = logging.getLogger(__name__)


async def open_patiently(url: str, readers: int, timeout_seconds: float, wait_seconds: float) -> Database:
    """The database, connected; raises Outage where it is not there for so long, or says what waiting will not mend:
    a wrong password, a database that does not exist.
    """
    clock = asyncio.get_running_loop().time
    ends = clock() + wait_seconds
    for attempt, pause in enumerate(_pauses(), 1):
        try:
            return await open_database(url, readers, timeout_seconds)
        except Outage as outage:
            if not (outage.is_passing or isinstance(outage, Unanswered)) or wait_seconds == 0:
                raise
            left = ends - clock()
            if left <= 0:
                raise Outage(f"{outage} (waited {wait_seconds:g} s: GQL_APP_DATABASE_WAIT_SECONDS)") from None
            log.warning(
                "database_awaited", extra={"attempt": attempt, "seconds_left": round(left), "error": str(outage)}
            )
        await asyncio.sleep(min(pause, left))
    raise AssertionError("pauses do not end")


def _pauses() -> Iterator[float]:
    """Twice as long each time, give or take half: who was refused together shall not come back together."""
    pause = SHORTEST_PAUSE
    while True:
        yield pause * random.uniform(0.5, 1.5)  # noqa: S311  # a lottery, not a secret
        pause = min(pause * 2, LONGEST_PAUSE)
