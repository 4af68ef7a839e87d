"""What a keeper does, in one word each, and a shop's history to do it to."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gql_app.database import Database, Dialect, Row, Transaction
from gql_app.database.migrate import migrate
from gql_app.errors import Unreadable
from gql_app.mirror.compare import Difference
from gql_app.mirror.facts import Put
from gql_app.mirror.handlers import HANDLERS
from gql_app.mirror.ledger import Choice
from gql_app.mirror.rebuild import Progress, Rebuild
from gql_app.mirror.replay import Replay
from gql_app.mirror.retold import Retold
from gql_app.mirror.shadow import shadow
from models import Customer
from tests.ingest.mirror import Mirror, body, customer, renamed
from tests.stage import SOON

EVERYTHING = Choice()
MONDAY = "2026-03-02T10:00:00.000Z"
NEW = "customer.only.just.invented"
STATE = "SELECT position, quarantined, events_received FROM mirror_state WHERE id = 1"


def history() -> list[bytes]:
    """Two customers with all that can be beneath them."""
    club = {"points": 3, "campaigns": {"Club": {"points": 3, "loyalty_tier": "ltr_1"}}}
    full = customer(
        loyalty=club,
        referrals={"total": 1, "campaigns": ["Miles"]},
        system_metadata={"consents": {"cnst_1": {"value": True, "date": MONDAY}}},
        metadata={"size": 1, "vip": True},
    )
    who = {"customer": {"id": "cust_1"}}
    order = {"id": "ord_1", "status": "PAID", "items": [{"amount": 5, "product": {"name": "Tea"}}]}
    return [
        body("customer.created", full, MONDAY, 1),
        body("customer.order.paid", who | {"order": order}, number=2),
        body("customer.segment.entered", who | {"segment": {"id": "seg_1", "name": "Gold"}}, number=3),
        renamed("Bob", 4, 2),
        body("customer.never.heard.of", who, number=5),
    ]


@dataclass
class Meanwhile:
    """A database to which something happens just before its first turn, or before a statement is read again."""

    database: Database
    act: Callable[[], Awaitable[None]]
    again: str | None = None
    reads: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dialect: Dialect = self.database.dialect

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[Transaction]:
        """A turn, after what happens before the first."""
        if self.again is None:
            await self._happen()
        async with self.database.turn() as transaction:
            yield transaction

    async def read(self, sql: str, parameters: tuple[Any, ...]) -> list[Row]:
        """Rows, after what happens before they are read again."""
        if sql == self.again and sql in self.reads:
            await self._happen()
        self.reads.append(sql)
        return await self.database.read(sql, parameters)

    async def close(self) -> None:
        """Its owner does that."""

    async def _happen(self) -> None:
        act, self.act = self.act, nothing
        await act()


async def nothing() -> None:
    """Happens."""


async def rebuilt(
    mirror: Mirror, dry: bool = False, progress: Progress = lambda told, total: None, live: Database | None = None
) -> list[Difference]:
    """The differences that a rebuild finds."""
    async with shadow(copied) as fresh:
        return await Rebuild(live or mirror.database, fresh, unheard).run(progress, dry)


MIGRATED: list[bytes] = []


async def copied(url: str) -> None:
    """A migrated file: the first is made, the others are copies."""
    file = Path(url.removeprefix("sqlite:///"))
    if MIGRATED:
        await asyncio.to_thread(file.write_bytes, MIGRATED[0])
    else:
        await migrate(url)
        MIGRATED.append(await asyncio.to_thread(file.read_bytes))


async def replayed(mirror: Mirror, choice: Choice = EVERYTHING, dry: bool = False) -> list[Retold]:
    """What became of the events that were told again."""
    replay = Replay(mirror.database, unheard)
    return [one async for one in (replay.rehearse if dry else replay.tell)(choice)]


async def until(is_so: Callable[[], Awaitable[bool]]) -> None:
    """Returns once it is so; fails where that takes too long."""
    async with asyncio.timeout(SOON):
        while not await is_so():
            pass


async def unheard(_position: int) -> None:
    """Nobody listens."""


async def damage(mirror: Mirror, *statements: str) -> None:
    """Somebody's hand in the tables."""
    async with mirror.database.turn() as transaction:
        for statement in statements:
            await transaction.execute(statement)


async def state(mirror: Mirror) -> tuple[Any, ...]:
    """The journal's position, how many are quarantined, how many were received."""
    return (await mirror.database.read(STATE, ()))[0]


@contextmanager
def learning() -> Iterator[dict[str, bool]]:
    """A type whose handler fails until it has learnt."""
    knows = {"it": False}

    def invented(event: Any) -> Iterator[Put]:
        if not knows["it"]:
            raise Unreadable("not yet")
        yield Put(Customer, event.data["customer"]["id"], {"name": "Learnt", "completeness": 1})

    HANDLERS[NEW] = [invented]
    try:
        yield knows
    finally:
        del HANDLERS[NEW]
