"""Where what we fetched ourselves comes in: the same fold and journal as events, in short turns of its own."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from gql_app.database import Database, Transaction, among, as_list
from gql_app.errors import Unstorable
from gql_app.mirror.arrival import Arrival, Source, receive
from gql_app.mirror.clock import Clock, now
from gql_app.mirror.marks import note, noted
from gql_app.mirror.patience import patiently
from gql_app.mirror.writer import write
from gql_app.voucherify.values import moment_at

T = TypeVar("T")

TELLINGS_A_TURN = 50
"""Webhooks wait for a turn that has begun: it must be short."""

VERIFIED = "UPDATE customer SET verified_at = $2 WHERE {among} AND coalesce(verified_at, '') < $2"
COURTESY = 0.25
"""A pause after each turn, in lengths of that turn: who waits for theirs on another connection must get it."""

Mark = tuple[str, str]


@dataclass(slots=True)
class Intake:
    """Takes tellings in as `source`; `verdicts` counts what became of them."""

    database: Database
    announce: Callable[[int], Awaitable[None]]
    source: Source
    clock: Clock = now
    verdicts: Counter[str] = field(default_factory=Counter)

    async def take(self, bodies: Sequence[bytes], read_at: int, mark: Mark | None = None) -> None:
        """Returns after commit; the mark is kept in the same transaction as the last of the tellings."""
        received_at = self.clock()
        arrivals = [replace(receive(body, received_at), source=self.source) for body in bodies]
        parts = [arrivals[at : at + TELLINGS_A_TURN] for at in range(0, len(arrivals), TELLINGS_A_TURN)] or [[]]
        for number, part in enumerate(parts, 1):
            await self._settle(part, read_at, mark if number == len(parts) else None)

    async def mark(self, name: str) -> str | None:
        """What was kept under this name last."""
        return await noted(self.database, name)

    async def _settle(self, arrivals: list[Arrival], read_at: int, mark: Mark | None) -> None:
        """A telling that cannot be stored is quarantined and holds up nobody else."""
        begun = time.monotonic()
        try:
            position = await to_the_end(patiently(lambda: self._turn(arrivals, read_at, mark)))
        except Unstorable as fault:
            await self._isolate(arrivals, fault, read_at, mark)
            return
        if position is not None:
            await self.announce(position)
        await asyncio.sleep((time.monotonic() - begun) * COURTESY)

    async def _isolate(self, arrivals: list[Arrival], fault: Unstorable, read_at: int, mark: Mark | None) -> None:
        if len(arrivals) > 1:
            half = len(arrivals) // 2
            await self._settle(arrivals[:half], read_at, None)
            await self._settle(arrivals[half:], read_at, mark)
        elif arrivals and arrivals[0].reason is None:
            await self._settle([replace(arrivals[0], facts=None, reason=str(fault)[:500])], read_at, mark)
        else:
            raise fault

    async def _turn(self, arrivals: list[Arrival], read_at: int, mark: Mark | None) -> int | None:
        async with self.database.turn() as transaction:
            position = await self._write(transaction, arrivals, read_at) if arrivals else None
            if mark is not None:
                await note(transaction, *mark)
        return position

    async def _write(self, transaction: Transaction, arrivals: list[Arrival], read_at: int) -> int:
        dialect = self.database.dialect
        written = await write(transaction, dialect, arrivals)
        self.verdicts.update(written.verdicts)
        seen = {one.customer_id for one in arrivals if one.event_type == "customer.fetched" and one.facts is not None}
        ids = sorted(one for one in seen if one is not None)
        if ids:
            await transaction.execute(
                VERIFIED.format(among=among(dialect, "id")), as_list(dialect, ids), moment_at(read_at)
            )
        return written.position


async def to_the_end(work: Awaitable[T]) -> T:
    """What has begun to be written is written, also where nobody wants to wait for it any more."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise
