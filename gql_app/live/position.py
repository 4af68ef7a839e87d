"""Positions in the journal, and the cursors that clients hold: epoch, scope, position."""

import re
from dataclasses import dataclass, field

from gql_app.database import Database
from gql_app.errors import BadCursor

WHERE_WE_ARE = """
SELECT epoch, position, oldest_position, events_received, silent_since,
       (SELECT recorded_at FROM journal WHERE journal.position = mirror_state.position)
FROM mirror_state WHERE id = 1
"""
SCOPE = "all"


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The journal's epoch, how far it has come, how far back it reaches, the deliveries counted, and after which
    of them Voucherify fell silent; when the last change was recorded.
    """

    epoch: str
    position: int
    oldest: int
    deliveries: int
    silent_since: str | None = None
    recorded_at: str | None = None
    scope: str = field(default=SCOPE, kw_only=True)
    """Whose cursors: those who may see the same."""

    def cursor(self, position: int, told: str | None = None) -> str:
        """The cursor after this position; within a snapshot that was begun there, after the customer told of last."""
        within = "" if told is None else f".{told.encode().hex()}"
        return f"{self.epoch}.{self.scope}.{position}{within}"

    def continues(self, earlier: "Whereabouts") -> bool:
        """Whether this is the same journal, at the same place or further on."""
        return self.epoch == earlier.epoch and self.position >= earlier.position


async def whereabouts(database: Database) -> Whereabouts:
    """As committed now."""
    row = (await database.read(WHERE_WE_ARE, ()))[0]
    return Whereabouts(str(row[0]), int(row[1]), int(row[2]), int(row[3]), row[4], row[5])


@dataclass(frozen=True, slots=True)
class Gap:
    """Why a cursor cannot be continued from; a GapReason of the schema."""

    reason: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a stream goes on: after this position, or within a snapshot begun there, after the customer `told`."""

    position: int
    told: str | None = None


CURSOR = re.compile(r"(?P<epoch>[^.]*)\.(?P<scope>[^.]*)\.(?P<position>[0-9]{1,18})(?:\.(?P<told>(?:[0-9a-f]{2})*))?")


def place_after(cursor: str, now: Whereabouts) -> Place | Gap:
    """Where a stream goes on from; raises BadCursor where it is none of a stream at all."""
    found = CURSOR.fullmatch(cursor)
    try:
        told = None if found is None or found["told"] is None else bytes.fromhex(found["told"]).decode()
    except UnicodeDecodeError:
        found = None
    if found is None:
        raise BadCursor(f"after: {cursor[:40]!r} is not a cursor of the stream of changes.")
    gap = _gap(found["epoch"], found["scope"], int(found["position"]), now)
    return Gap(gap) if gap else Place(int(found["position"]), told)


def _gap(epoch: str, scope: str, position: int, now: Whereabouts) -> str | None:
    if epoch != now.epoch:
        return "JOURNAL_RESET"
    if scope != now.scope:
        return "PERMISSIONS_CHANGED"
    if position > now.position:
        return "CURSOR_UNKNOWN"
    return "CURSOR_EXPIRED" if position < now.oldest else None
