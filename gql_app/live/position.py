"""Positions in the journal, and the cursors that clients hold: epoch, scope, position."""

from dataclasses import dataclass

from gql_app.database import Database
from gql_app.errors import BadCursor

WHERE_WE_ARE = "SELECT epoch, position, oldest_position, events_received FROM mirror_state WHERE id = 1"
SCOPE = "all"


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The journal's epoch, how far it has come, how far back it reaches, and the deliveries counted."""

    epoch: str
    position: int
    oldest: int
    deliveries: int

    def cursor(self, position: int) -> str:
        """The cursor after this position."""
        return f"{self.epoch}.{SCOPE}.{position}"

    def continues(self, earlier: "Whereabouts") -> bool:
        """Whether this is the same journal, at the same place or further on."""
        return self.epoch == earlier.epoch and self.position >= earlier.position


async def whereabouts(database: Database) -> Whereabouts:
    """As committed now."""
    row = (await database.read(WHERE_WE_ARE, ()))[0]
    return Whereabouts(str(row[0]), int(row[1]), int(row[2]), int(row[3]))


@dataclass(frozen=True, slots=True)
class Gap:
    """Why a cursor cannot be continued from; a GapReason of the schema."""

    reason: str


def position_after(cursor: str, now: Whereabouts) -> int | Gap:
    """Where a stream goes on from; raises BadCursor where it is none of a stream at all."""
    parts = cursor.split(".")
    if len(parts) != 3 or not parts[2].isascii() or not parts[2].isdecimal() or len(parts[2]) > 18:
        raise BadCursor(f"after: {cursor[:40]!r} is not a cursor of the stream of changes.")
    epoch, scope, position = parts[0], parts[1], int(parts[2])
    if epoch != now.epoch:
        return Gap("JOURNAL_RESET")
    if scope != SCOPE:
        return Gap("PERMISSIONS_CHANGED")
    if position > now.position:
        return Gap("CURSOR_UNKNOWN")
    return Gap("CURSOR_EXPIRED") if position < now.oldest else position
