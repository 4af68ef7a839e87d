"""A mirror that grows beside the one that is shown, from the inbox alone."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from tempfile import TemporaryDirectory

from gql_app.database import Database, open_database
from gql_app.database.migrate import migrate
from gql_app.errors import MirrorError
from gql_app.mirror import journal
from gql_app.mirror.facts import Fact, Put
from gql_app.mirror.heard import HEARD, SET_ASIDE, TOLD, Fetch, Heard, facts_of, heard, heard_again
from gql_app.mirror.state import Model, State
from gql_app.mirror.writer import apply

NEXT = f"{HEARD} WHERE id > $1 ORDER BY id LIMIT 500"
ASIDE = "SELECT id FROM inbox WHERE verdict IN ('quarantined', 'discarded') AND id <= $1"

Doubt = set[tuple[Model, str]]
"""Rows that may not be the same in both."""


class Pruned(MirrorError):
    """An event's body has been pruned, so it cannot be told again."""


class NotUnderstood(MirrorError):
    """An event that was applied once is not understood by this version."""


@asynccontextmanager
async def shadow(make: Callable[[str], Awaitable[None]] = migrate) -> AsyncIterator["Shadow"]:
    """An empty mirror in a file that only this user can read, gone afterwards; `make` makes its tables."""
    with TemporaryDirectory(prefix="gql-app-rebuild-") as folder:
        url = f"sqlite:///{folder}/mirror.db"
        await make(url)
        database = await open_database(url, readers=1)
        try:
            yield Shadow(database)
        finally:
            await database.close()


@dataclass(slots=True)
class Shadow:
    """`last` is the newest event it was told, `told` how many; `learnt` are those nobody understood before."""

    database: Database
    last: int = 0
    told: int = 0
    learnt: dict[int, str] = field(default_factory=dict)
    _aside: set[int] = field(default_factory=set)

    async def tell_next(self, fetch: Fetch) -> Doubt | None:
        """Tells some events that follow; returns every row they may touch, None where nothing follows."""
        rows = await fetch(NEXT, self.last)
        if not rows:
            return None
        events = [heard(row) for row in rows]
        self.last = events[-1].id
        self._aside |= {event.id for event in events if event.verdict in SET_ASIDE}
        return await self._tell([event for event in events if event.verdict not in SET_ASIDE])

    async def catch_up(self, fetch: Fetch) -> Doubt:
        """Tells everything that came, or was replayed, since."""
        waiting = {int(row[0]) for row in await fetch(ASIDE, self.last)}
        replayed = sorted(self._aside - waiting)
        self._aside &= waiting
        touched = await self._tell(await heard_again(fetch, replayed)) if replayed else Doubt()
        while (more := await self.tell_next(fetch)) is not None:
            touched |= more
        return touched

    async def _tell(self, events: list[Heard]) -> Doubt:
        facts = facts_of(events)
        state, pages = State(), journal.Pages(0, "")
        async with self.database.turn() as transaction:
            await state.load(transaction, self.database.dialect, facts)
            for event in events:
                self._note(event, apply(state, event.arrival, event.id, pages))
            await state.keep(transaction)
        self.told += len(events)
        return set(state.rows) | _named(facts)

    def _note(self, event: Heard, verdict: str) -> None:
        if event.is_pruned:
            raise Pruned(f"The body of event {event.id} has been pruned: what it told cannot be told again.")
        if event.verdict in TOLD and verdict not in TOLD:
            reason = event.arrival.reason or "no handler knows its type"
            raise NotUnderstood(
                f"Event {event.id} ({event.arrival.event_type}) was applied once,"
                f" but is not understood by this version: {reason}"
            )
        if event.verdict == "unmapped" and verdict in TOLD:
            self.learnt[event.id] = verdict


def _named(facts: Iterable[Fact]) -> Doubt:
    """The rows that these facts name, also where they are not stored."""
    said = ((fact.model, [fact.id] if isinstance(fact, Put) else fact.rows) for fact in facts)
    return {(model, row_id) for model, ids in said for row_id in ids}
