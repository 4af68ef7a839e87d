"""The mirror made anew from the inbox alone; where the one that is shown differs, it is put right.

The new mirror grows in a shadow while events keep coming. Only what differs then is looked at in turns: each
first tells the shadow what came meanwhile, so that both stand at the same event, and puts right a bounded
number of rows.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from tempfile import TemporaryDirectory

from gql_app.database import Database, Transaction, open_database
from gql_app.database.migrate import migrate
from gql_app.errors import MirrorError
from gql_app.mirror import journal
from gql_app.mirror.compare import MIRRORED, Difference, differing, rows_by_id
from gql_app.mirror.facts import Fact, Put
from gql_app.mirror.ledger import HEARD, TOLD, Fetch, Heard, Pruned, Reading, heard, heard_again
from gql_app.mirror.repair import Repair
from gql_app.mirror.retold import facts_of
from gql_app.mirror.state import Model, State
from gql_app.mirror.tables import table_of
from gql_app.mirror.writer import apply

STEP = 500
ROWS_A_TURN = 1000
NEXT = f"{HEARD} WHERE id > $1 ORDER BY id LIMIT {STEP}"
LAST = "SELECT coalesce(max(id), 0) FROM inbox"
SET_ASIDE = "SELECT id FROM inbox WHERE verdict IN ('quarantined', 'discarded') AND id <= $1"
PRUNED = """
SELECT count(*), min(received_at), max(received_at) FROM inbox
WHERE length(body) = 0 AND verdict IN ('applied', 'stale')
"""
LEARNT = "UPDATE inbox SET verdict = $2 WHERE id = $1"

Progress = Callable[[int, int], None]
"""How many events of how many have been told again."""

Doubt = set[tuple[Model, str]]
"""Rows that may differ."""


class NotUnderstood(MirrorError):
    """An event that was applied once is not understood by this version."""


@asynccontextmanager
async def shadow() -> AsyncIterator[Database]:
    """An empty mirror in a file that only this user can read, gone afterwards."""
    with TemporaryDirectory(prefix="gql-app-rebuild-") as folder:
        url = f"sqlite:///{folder}/mirror.db"
        await migrate(url)
        database = await open_database(url, readers=1)
        try:
            yield database
        finally:
            await database.close()


@dataclass(slots=True)
class Rebuild:
    """A rebuild under way: how far the shadow has been told, and which rows may differ."""

    live: Database
    shadow: Database
    announce: Callable[[int], Awaitable[None]]
    told: int = 0
    found: dict[tuple[str, str, str], Difference] = field(default_factory=dict)
    _last: int = 0
    _aside: set[int] = field(default_factory=set)
    _learnt: dict[int, str] = field(default_factory=dict)
    _doubt: Doubt = field(default_factory=set)

    async def run(self, progress: Progress, is_dry_run: bool = False) -> list[Difference]:
        """Every difference there was; after a run that is not dry there is none any more."""
        await self._refuse_pruned()
        await self._tell_all(progress)
        for model in MIRRORED:
            self._doubt |= {(model, row_id) for row_id in await differing(self.live, self.shadow, model)}
        self._doubt |= await self._tell_all(progress)
        while True:
            await self._settle(is_dry_run)
            if not self._doubt:
                return list(self.found.values())

    async def _refuse_pruned(self) -> None:
        count, first, last = (await self.live.read(PRUNED, ()))[0]
        if count:
            raise Pruned(
                f"The bodies of {count} events received from {first} to {last} have been pruned: "
                "what they told cannot be told again."
            )

    async def _tell_all(self, progress: Progress) -> Doubt:
        total, touched = int((await self.live.read(LAST, ()))[0][0]), Doubt()
        while rows := await self.live.read(NEXT, (self._last,)):
            touched |= await self._tell_next([heard(row) for row in rows])
            progress(self._last, max(total, self._last))
        return touched

    async def _tell_next(self, events: list[Heard]) -> Doubt:
        self._last = events[-1].id
        aside = {event.id for event in events if event.verdict in ("quarantined", "discarded")}
        self._aside |= aside
        return await self._tell([event for event in events if event.id not in aside])

    async def _tell(self, events: list[Heard]) -> Doubt:
        """Tells the shadow; returns every row that the events may touch."""
        facts = facts_of(events)
        state, pages = State(), journal.Pages(0, "")
        async with self.shadow.turn() as transaction:
            await state.load(transaction, self.shadow.dialect, facts)
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
            self._learnt[event.id] = verdict

    async def _settle(self, is_dry_run: bool) -> None:
        async with self.live.turn() as transaction:
            rows = await self._catch_up(transaction)
            self._doubt -= rows
            while self._doubt and len(rows) < ROWS_A_TURN:
                rows.add(self._doubt.pop())
            repair = await self._compared(transaction.fetch, rows)
            position = None
            if not is_dry_run:
                position = await self._put_right(transaction, repair)
        self.found |= {(one.table, one.id, one.column): one for one in repair.found}
        if position is not None:
            await self.announce(position)

    async def _catch_up(self, transaction: Transaction) -> Doubt:
        """Tells the shadow what came, or was told again, since it was last told."""
        waiting = {int(row[0]) for row in await transaction.fetch(SET_ASIDE, self._last)}
        retold = sorted(self._aside - waiting)
        self._aside &= waiting
        touched = await self._tell(await heard_again(transaction.fetch, retold)) if retold else Doubt()
        while rows := await transaction.fetch(NEXT, self._last):
            touched |= await self._tell_next([heard(row) for row in rows])
        return touched

    async def _compared(self, fetch: Fetch, rows: Doubt) -> Repair:
        repair, by_model = Repair(), defaultdict[Model, list[str]](list)
        for model, row_id in sorted(rows, key=lambda one: one[1]):
            by_model[model].append(row_id)
        reading = Reading(self.shadow)
        for model, ids in by_model.items():
            table = table_of(model)
            shown = await rows_by_id(fetch, self.live.dialect, table, ids)
            rebuilt = await rows_by_id(reading.fetch, self.shadow.dialect, table, ids)
            for row_id in ids:
                repair.compare(shown.get(row_id), rebuilt.get(row_id))
        return repair

    async def _put_right(self, transaction: Transaction, repair: Repair) -> int | None:
        if self._learnt:
            await transaction.execute_many(LEARNT, list(self._learnt.items()))
            self._learnt = {}
        return await repair.write(transaction, self.live.dialect) if repair.found else None


def _named(facts: Iterable[Fact]) -> Doubt:
    """The rows that these facts name, also where they are not stored."""
    said = ((fact.model, [fact.id] if isinstance(fact, Put) else fact.rows) for fact in facts)
    return {(model, row_id) for model, ids in said for row_id in ids}
