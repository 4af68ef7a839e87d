"""Looking into the inbox: which events came, and what became of them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from gql_app.database import Database
from gql_app.errors import MirrorError
from gql_app.mirror.heard import places

BATCH = 300
ENTRY = """
id, event_type, verdict, reason, customer_id, event_id, source, occurred_at, received_at, key, length(body)
"""


class UnknownEvent(MirrorError):
    """There is no such event: `gql-app events list` shows which there are."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An event as the inbox keeps it, without its bytes; `size` is how many there are."""

    id: int
    type: str
    verdict: str
    reason: str | None
    customer_id: str | None
    event_id: str | None
    source: str
    occurred_at: str | None
    received_at: str
    key: str
    size: int


@dataclass(frozen=True, slots=True)
class Choice:
    """Which events are meant; what is None does not narrow. Times are as stored, `until` excluded."""

    ids: tuple[int, ...] = ()
    type: str | None = None
    verdict: str | None = None
    customer_id: str | None = None
    since: str | None = None
    until: str | None = None

    def where(self, after: int = 0) -> tuple[str, list[Any]]:
        """The condition that an event is meant and comes after this one, and its parameters."""
        wanted = {
            "event_type =": self.type,
            "verdict =": self.verdict,
            "customer_id =": self.customer_id,
            "received_at >=": self.since,
            "received_at <": self.until,
        }
        given = {test: value for test, value in wanted.items() if value is not None}
        tests = [f"{test} ${place}" for place, test in enumerate(given, 2)]
        if self.ids:
            tests.append(f"id IN ({places(self.ids, len(given) + 2)})")
        return " AND ".join(["id > $1", *tests]), [after, *given.values(), *self.ids]


async def list_events(database: Database, choice: Choice, limit: int) -> list[Entry]:
    """At most `limit` events, the newest first."""
    where, parameters = choice.where()
    sql = f"SELECT {ENTRY} FROM inbox WHERE {where} ORDER BY id DESC LIMIT {int(limit)}"
    return [Entry(*row) for row in await database.read(sql, tuple(parameters))]


async def show_event(database: Database, event_id: int) -> tuple[Entry, bytes]:
    """The event and its bytes as they came; raises UnknownEvent."""
    rows = await database.read(f"SELECT {ENTRY}, body FROM inbox WHERE id = $1", (event_id,))
    if not rows:
        raise UnknownEvent(f"There is no event {event_id}: `gql-app events list` shows which there are.")
    return Entry(*rows[0][:-1]), bytes(rows[0][-1])


async def how_many(database: Database, choice: Choice) -> int:
    """How many events are meant."""
    where, parameters = choice.where()
    return int((await database.read(f"SELECT count(*) FROM inbox WHERE {where}", tuple(parameters)))[0][0])


async def chosen(database: Database, choice: Choice, limit: int | None) -> AsyncIterator[list[int]]:
    """The events' ids in the order in which they came, in batches."""
    after, left = 0, limit
    while left is None or left > 0:
        where, parameters = choice.where(after)
        size = BATCH if left is None else min(BATCH, left)
        sql = f"SELECT id FROM inbox WHERE {where} ORDER BY id LIMIT {size}"
        ids = [int(row[0]) for row in await database.read(sql, tuple(parameters))]
        if not ids:
            return
        yield ids
        after, left = ids[-1], None if left is None else left - len(ids)
