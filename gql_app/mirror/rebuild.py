"""The mirror made anew from the inbox alone; where the one that is shown differs, it is put right.

The new mirror grows in a shadow while events keep coming. Only what differs then is looked at in turns: each
first tells the shadow what came meanwhile, so that both stand at the same event, and puts right a bounded
number of rows.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from gql_app.database import Database, Transaction
from gql_app.mirror.compare import MIRRORED, Difference, differing, rows_by_id
from gql_app.mirror.heard import Fetch, Reading
from gql_app.mirror.repair import Repair
from gql_app.mirror.shadow import Doubt, Pruned, Shadow
from gql_app.mirror.state import Model
from gql_app.mirror.tables import table_of

ROWS_A_TURN = 1000
LAST = "SELECT coalesce(max(id), 0) FROM inbox"
PRUNED = """
SELECT count(*), min(received_at), max(received_at) FROM inbox
WHERE length(body) = 0 AND verdict IN ('applied', 'stale')
"""
LEARNT = "UPDATE inbox SET verdict = $2 WHERE id = $1"

Progress = Callable[[int, int], None]
"""How many events of how many have been told again."""


@dataclass(slots=True)
class Rebuild:
    """A rebuild under way, and the rows that may differ."""

    live: Database
    shadow: Shadow
    announce: Callable[[int], Awaitable[None]]
    _doubt: Doubt = field(default_factory=set)
    _found: dict[tuple[str, str, str], Difference] = field(default_factory=dict)

    async def run(self, progress: Progress, is_dry_run: bool = False) -> list[Difference]:
        """Every difference there was; after a run that is not dry there is none any more."""
        await self._refuse_pruned()
        await self._tell_all(progress)
        for model in MIRRORED:
            found = await differing(self.live, self.shadow.database, model)
            self._doubt |= {(model, row_id) for row_id in found}
        self._doubt |= await self._tell_all(progress)
        while True:
            await self._settle(is_dry_run)
            if not self._doubt:
                return list(self._found.values())

    async def _refuse_pruned(self) -> None:
        count, first, last = (await self.live.read(PRUNED, ()))[0]
        if count:
            raise Pruned(
                f"The bodies of {count} events received from {first} to {last} have been pruned:"
                " what they told cannot be told again."
            )

    async def _tell_all(self, progress: Progress) -> Doubt:
        """Tells what is there now: who waited for the end might wait for ever."""
        total, touched = int((await self.live.read(LAST, ()))[0][0]), Doubt()
        while self.shadow.last < total:
            touched |= await self.shadow.tell_next(Reading(self.live).fetch) or Doubt()
            progress(self.shadow.last, max(total, self.shadow.last))
        return touched

    async def _settle(self, is_dry_run: bool) -> None:
        """One turn: what came meanwhile, and a bounded number of rows beside."""
        async with self.live.turn() as transaction:
            rows = await self.shadow.catch_up(transaction.fetch)
            self._doubt -= rows
            while self._doubt and len(rows) < ROWS_A_TURN:
                rows.add(self._doubt.pop())
            repair = await self._compared(transaction.fetch, rows)
            position = None if is_dry_run else await self._put_right(transaction, repair)
        self._found |= {(one.table, one.id, one.column): one for one in repair.found}
        if position is not None:
            await self.announce(position)

    async def _compared(self, fetch: Fetch, rows: Doubt) -> Repair:
        repair, by_model = Repair(), defaultdict[Model, list[str]](list)
        for model, row_id in sorted(rows, key=lambda one: one[1]):
            by_model[model].append(row_id)
        anew = self.shadow.database
        for model, ids in by_model.items():
            table = table_of(model)
            shown = await rows_by_id(fetch, self.live.dialect, table, ids)
            rebuilt = await rows_by_id(Reading(anew).fetch, anew.dialect, table, ids)
            for row_id in ids:
                repair.compare(shown.get(row_id), rebuilt.get(row_id))
        return repair

    async def _put_right(self, transaction: Transaction, repair: Repair) -> int | None:
        if self.shadow.learnt:
            await transaction.execute_many(LEARNT, list(self.shadow.learnt.items()))
            self.shadow.learnt = {}
        return await repair.write(transaction, self.live.dialect) if repair.found else None
