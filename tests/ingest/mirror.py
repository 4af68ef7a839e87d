"""A mirror without a server: an inbox on a real database, its writer running, and its rows to look at."""

import asyncio
import itertools
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from gql_app.database import Database, open_database
from gql_app.mirror.arrival import Arrival, Verdict, receive
from gql_app.mirror.inbox import Inbox
from gql_app.mirror.journal import Pages
from gql_app.mirror.state import Kept, State
from gql_app.mirror.tables import KEPT_BY_WRITER, table_of
from gql_app.mirror.writer import apply, write
from models import Customer, JournalEntry
from models.base import Beneath, Mirrored
from models.words import found_by
from tests.stage import envelope

MODELS = [one for one in (*Mirrored.__subclasses__(), *Beneath.__subclasses__()) if one is not Beneath]
TUESDAY = "2026-03-03T10:00:00.000Z"
NOTED = (
    "position",
    "customer_id",
    "kind",
    "version",
    "changes",
    "inbox_id",
    "event_type",
    "occurred_at",
    "late",
)
JOURNAL = f"SELECT {', '.join(NOTED)} FROM journal ORDER BY position"
Rows = dict[str, list[dict[str, Any]]]


@dataclass
class Mirror:
    """Events go in, rows come out."""

    database: Database
    inbox: Inbox
    clock: Any = field(default_factory=lambda: itertools.count(1_770_000_000_000_000, 1_000_000))

    async def hear(self, *bodies: bytes) -> list[Verdict]:
        """What becomes of these bodies, offered at once."""
        return await self.take([receive(body, next(self.clock)) for body in bodies])

    async def take(self, arrivals: Iterable[Arrival]) -> list[Verdict]:
        """What becomes of these arrivals, offered at once."""
        settled = await asyncio.gather(*(self.inbox.take(arrival) for arrival in arrivals))
        return [one.verdict for one in settled]

    async def write(self, arrivals: list[Arrival]) -> list[Verdict]:
        """What becomes of these arrivals in exactly one transaction."""
        async with self.database.turn() as transaction:
            return (await write(transaction, self.database.dialect, arrivals)).verdicts

    async def rows(self, kept_too: bool = False) -> Rows:
        """Every mirrored row by table, customers with their words; what only tells of arrivals is left out."""
        rows = {table_of(model).name: await self._rows(model, kept_too) for model in MODELS}
        words = defaultdict(list)
        for customer_id, word in await self.database.read(
            "SELECT customer_id, word FROM customer_word ORDER BY word", ()
        ):
            words[customer_id].append(word)
        for row in rows["customer"]:
            row["words"] = words[row["id"]]
        return rows

    async def _rows(self, model: type[Mirrored], kept_too: bool) -> list[dict[str, Any]]:
        table = table_of(model)
        names = ", ".join(f'"{name}"' for name in table.columns)
        found = await self.database.read(f'SELECT {names} FROM "{table.name}" ORDER BY id', ())
        left_out = () if kept_too else KEPT_BY_WRITER
        rows = (table.decode(row) for row in found)
        return [{name: value for name, value in row.items() if name not in left_out} for row in rows]

    async def row(self, table: str = "customer", **which: Any) -> dict[str, Any]:
        """The one row that is so."""
        (found,) = [row for row in (await self.rows(kept_too=True))[table] if which.items() <= row.items()]
        return found

    async def journal(self) -> list[dict[str, Any]]:
        """Every noted change, in order."""
        rows = [dict(zip(NOTED, row, strict=True)) for row in await self.database.read(JOURNAL, ())]
        return [row | {"changes": json.loads(row["changes"]), "late": bool(row["late"])} for row in rows]

    async def inbox_rows(self) -> list[tuple[Any, ...]]:
        """Type, verdict and reason of everything that was kept."""
        return await self.database.read("SELECT event_type, verdict, reason FROM inbox ORDER BY id", ())

    async def clear(self) -> None:
        """Forgets everything."""
        async with self.database.turn() as transaction:
            for name in (
                *(table_of(model).name for model in MODELS),
                "customer_word",
                "inbox",
                JournalEntry._meta.db_table,
            ):
                await transaction.execute(f'DELETE FROM "{name}"')
            await transaction.execute("UPDATE mirror_state SET position = 0 WHERE id = 1")


@asynccontextmanager
async def mirroring(url: str, **limits: int) -> AsyncIterator[Mirror]:
    """An inbox and its writer, for as long as the context lasts."""
    database = await open_database(url)
    inbox = Inbox(database, _unheard, **limits)
    writer = asyncio.create_task(inbox.run())
    try:
        yield Mirror(database, inbox)
    finally:
        writer.cancel()
        with suppress(asyncio.CancelledError):
            await writer
        await database.close()


async def _unheard(_position: int) -> None:
    """Nobody listens."""


def folded(arrivals: Iterable[Arrival]) -> Rows:
    """The rows these arrivals make in memory, each told once by its key."""
    state, pages = State(), Pages(0, TUESDAY)
    for number, arrival in enumerate({arrival.key: arrival for arrival in arrivals}.values()):
        apply(state, arrival, number, pages)
    found: Rows = {table_of(model).name: [] for model in MODELS}
    for kept in sorted(state.rows.values(), key=lambda kept: kept.id):
        if kept.exists:
            found[kept.table.name].append(kept.table.decode(state.stored(kept)) | _words(kept))
    return {name: [_told(row) for row in rows] for name, rows in found.items()}


def _words(kept: Kept) -> dict[str, list[str]]:
    if kept.table.model is not Customer:
        return {}
    return {"words": sorted(found_by(*(kept.values.get(name) for name in ("name", "email", "source_id", "phone"))))}


def _told(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in KEPT_BY_WRITER}


def body(event_type: str, data: Any, at: str = TUESDAY, number: int = 1, **instead: Any) -> bytes:
    """An enveloped event; the number tells it and its send-out from others."""
    said = envelope(event_type, data, at, f"whs_{number:06d}a", f"ev_{number:06d}")
    return json.dumps(said | instead).encode()


def customer(number: int = 1, **said: Any) -> dict[str, Any]:
    """A full customer, as `customer.updated` carries it."""
    told = {"id": f"cust_{number}", "object": "customer", "name": "Ann", "summary": {}, "loyalty": {}}
    return {"customer": told | said}


def renamed(name: str, number: int = 1, who: int = 1, at: str = TUESDAY) -> bytes:
    """A customer is told to be called so."""
    return body("customer.updated", customer(who, name=name), at, number)
