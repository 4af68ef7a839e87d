"""Telling kept events again: what they say is folded anew, and what was told already changes nothing."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

from gql_app.database import Database
from gql_app.errors import Outage
from gql_app.mirror import journal
from gql_app.mirror.heard import Heard, Reading, facts_of, heard_again
from gql_app.mirror.ledger import Choice, chosen
from gql_app.mirror.retold import Retold, fault_of, is_mended, rehearse, settle, tell_again
from gql_app.mirror.state import State

DISCARD = "UPDATE inbox SET verdict = 'discarded' WHERE {where}"
COUNT = "SELECT count(*) FROM inbox WHERE {where}"


class Replay:
    """Events told again in the order in which they came; each batch takes one turn."""

    def __init__(self, database: Database, announce: Callable[[int], Awaitable[None]]) -> None:
        self._database = database
        self._announce = announce

    async def tell(self, choice: Choice, limit: int | None = None) -> AsyncIterator[Retold]:
        """What became of each event, after commit."""
        async for ids in chosen(self._database, choice, limit):
            for one in await self._told(ids):
                yield one

    async def rehearse(self, choice: Choice, limit: int | None = None) -> AsyncIterator[Retold]:
        """What would become of each event; only reads, so it holds nobody up."""
        state, pages = State(), journal.Pages(0, "")
        reading: Any = Reading(self._database)
        async for ids in chosen(self._database, choice, limit):
            events = await heard_again(reading.fetch, ids)
            await state.load(reading, self._database.dialect, facts_of(events))
            for event in events:
                yield rehearse(state, event, pages)

    async def _told(self, ids: list[int], fault: str | None = None) -> list[Retold]:
        """Halves a batch until the event at fault stands alone: it holds up nobody else."""
        try:
            retold, position = await self._turn(ids, fault)
        except Exception as error:
            reason = fault_of(error)
        else:
            await self._announce(position)
            return retold
        if len(ids) > 1:
            half = len(ids) // 2
            return await self._told(ids[:half]) + await self._told(ids[half:])
        if fault is not None:
            raise Outage(f"Event {ids[0]} cannot be settled: {reason}")
        return await self._told(ids, reason)

    async def _turn(self, ids: list[int], fault: str | None) -> tuple[list[Retold], int]:
        async with self._database.turn() as transaction:
            events = await heard_again(transaction.fetch, ids)
            if fault is not None:
                events = [_faulty(event, fault) for event in events]
            state = State()
            await state.load(transaction, self._database.dialect, facts_of(events))
            pages = await journal.open_pages(transaction)
            retold = [tell_again(state, event, pages) for event in events]
            await state.keep(transaction)
            await settle(transaction, events, retold)
            await journal.write_pages(transaction, pages, sum(map(is_mended, retold)))
        return retold, pages.position


async def discard(database: Database, choice: Choice) -> int:
    """Marks quarantined events as settled by hand; their bytes stay. Returns how many."""
    where, parameters = replace(choice, verdict="quarantined").where()
    async with database.turn() as transaction:
        count = int((await transaction.fetch(COUNT.format(where=where), *parameters))[0][0])
        await transaction.execute(DISCARD.format(where=where), *parameters)
        await journal.write_pages(transaction, await journal.open_pages(transaction), count)
    return count


def _faulty(event: Heard, fault: str) -> Heard:
    return replace(event, arrival=replace(event.arrival, facts=None, reason=fault))
