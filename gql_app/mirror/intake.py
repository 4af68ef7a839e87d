"""Where what we fetched ourselves comes in: the same fold and journal as events, in short turns of its own."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from gql_app.database import Database, Transaction
from gql_app.errors import Unstorable
from gql_app.mirror import census
from gql_app.mirror.arrival import FETCHED, Arrival, Source, receive
from gql_app.mirror.clock import Clock, now
from gql_app.mirror.courtesy import Courtesy
from gql_app.mirror.marks import note, noted
from gql_app.mirror.patience import patiently
from gql_app.mirror.writer import Written, write
from gql_app.voucherify.values import moment_at

T = TypeVar("T")

DELIVERED = "SELECT events_received FROM mirror_state WHERE id = 1"

Mark = tuple[str, str]


@dataclass(slots=True)
class Intake:
    """Takes tellings in as `source`; `verdicts` counts what became of them."""

    database: Database
    announce: Callable[[int], Awaitable[None]]
    source: Source
    clock: Clock = now
    verdicts: Counter[str] = field(default_factory=Counter)
    courtesy: Courtesy = field(default_factory=Courtesy)

    async def take(
        self, bodies: Sequence[bytes], read_at: int, mark: Mark | None = None, alike: Sequence[str] = ()
    ) -> None:
        """Returns after commit; the mark is kept in the same transaction as the last of the tellings. `alike` are
        customers who were seen to be as they are shown.
        """
        received_at, seen_at = self.clock(), moment_at(read_at)
        arrivals = [receive(body, received_at, source=self.source, seen_at=seen_at) for body in bodies]
        while len(arrivals) > (size := self.courtesy.size):
            await self._settle(arrivals[:size], Beside(read_at))
            arrivals = arrivals[size:]
        await self._settle(arrivals, Beside(read_at, mark, tuple(alike)))

    async def mark(self, name: str) -> str | None:
        """What was kept under this name last."""
        return await noted(self.database, name)

    async def _settle(self, arrivals: list[Arrival], beside: "Beside") -> None:
        """A telling that cannot be stored is quarantined and holds up nobody else."""
        try:
            position, held = await to_the_end(patiently(lambda: self._turn(arrivals, beside)))
        except Unstorable as fault:
            await self._isolate(arrivals, fault, beside)
            return
        if position is not None:
            await self.announce(position)
        await self.courtesy.stand_back(held, len(arrivals))

    async def _isolate(self, arrivals: list[Arrival], fault: Unstorable, beside: "Beside") -> None:
        if len(arrivals) > 1:
            half = len(arrivals) // 2
            await self._settle(arrivals[:half], Beside(beside.read_at))
            await self._settle(arrivals[half:], beside)
        elif arrivals and arrivals[0].reason is None:
            await self._settle([replace(arrivals[0], facts=None, reason=str(fault)[:500])], beside)
        else:
            raise fault

    async def _turn(self, arrivals: list[Arrival], beside: "Beside") -> tuple[int | None, float]:
        """How far the journal has come, where anything was told, and how long the turn was held, commit and all."""
        async with self.database.turn() as transaction:
            begun = time.monotonic()
            self.courtesy.saw(int((await transaction.fetch(DELIVERED))[0][0]))
            written = await self._write(transaction, arrivals) if arrivals else None
            await self._verify(transaction, _unwritten(arrivals, written), beside)
            if beside.mark is not None:
                await note(transaction, *beside.mark)
        return written.position if written else None, time.monotonic() - begun

    async def _write(self, transaction: Transaction, arrivals: list[Arrival]) -> Written:
        written = await write(transaction, self.database.dialect, arrivals)
        self.verdicts.update(written.verdicts)
        return written

    async def _verify(self, transaction: Transaction, seen: set[str], beside: "Beside") -> None:
        if seen := seen.union(beside.alike):
            await census.verify(transaction, self.database.dialect, sorted(seen), moment_at(beside.read_at))


def _unwritten(arrivals: list[Arrival], written: Written | None) -> set[str]:
    """Customers who were seen, and of whom no row was written that says so already."""
    told = zip(arrivals, written.settled if written else (), strict=True)
    return {
        one.customer_id
        for one, settled in told
        if settled.position is None and one.event_type == FETCHED and one.facts is not None and one.customer_id
    }


@dataclass(frozen=True, slots=True)
class Beside:
    """What is kept together with tellings: when they were read, a mark, and who was seen to be as shown."""

    read_at: int
    mark: Mark | None = None
    alike: tuple[str, ...] = ()


async def to_the_end(work: Awaitable[T]) -> T:
    """What has begun to be written is written, also where nobody wants to wait for it any more."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise
