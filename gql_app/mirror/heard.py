"""Events as the inbox keeps them, heard again: understood as this version understands them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from gql_app.database import Database, Row
from gql_app.mirror.arrival import Arrival, receive
from gql_app.mirror.facts import Fact
from gql_app.voucherify.values import instant

HEARD = "SELECT id, event_type, verdict, source, received_at, body FROM inbox"
TOLD = ("applied", "stale")
"""Verdicts of events whose tellings are in the mirror. No such event came without a body."""

SET_ASIDE = ("quarantined", "discarded")
"""Verdicts of events whose tellings are not in the mirror unless somebody replays them."""


class Fetch(Protocol):
    """Reads rows, within a turn or outside."""

    async def __call__(self, sql: str, *parameters: Any) -> list[Row]: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """Reads without a turn."""

    database: Database

    async def fetch(self, sql: str, *parameters: Any) -> list[Row]:
        """Rows as they are committed now."""
        return await self.database.read(sql, parameters)


@dataclass(frozen=True, slots=True)
class Heard:
    """A kept event; pruned where its bytes are gone."""

    id: int
    verdict: str
    arrival: Arrival
    is_pruned: bool


async def heard_again(fetch: Fetch, ids: Sequence[int]) -> list[Heard]:
    """These events, in the order in which they came."""
    rows = await fetch(f"{HEARD} WHERE id IN ({places(ids)}) ORDER BY id", *ids)
    return [heard(row) for row in rows]


def heard(row: Row) -> Heard:
    """A row of HEARD."""
    event_id, event_type, verdict, source, received_at, body = row
    bare_type = None if event_type == "unknown" else event_type
    arrival = receive(bytes(body), instant(received_at) or 0, bare_type, source)
    return Heard(event_id, verdict, arrival, verdict in TOLD and not body)


def facts_of(events: list[Heard]) -> list[Fact]:
    """Everything that these events say."""
    return [fact for event in events for fact in event.arrival.facts or ()]


def places(values: Sequence[Any], first: int = 1) -> str:
    """`$1, $2, ...` for these values."""
    return ", ".join(f"${first + number}" for number in range(len(values)))
