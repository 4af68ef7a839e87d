"""The plain way to tell of changes: Strawberry executes the subscription for each subscriber, over Tortoise rows."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import strawberry
from fastapi import FastAPI
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.fastapi import GraphQLRouter
from strawberry.scalars import JSON
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from tortoise import Tortoise

from bench.contestants import tables
from bench.contestants.orm_reads import Query
from bench.contestants.orm_types import Customer
from gql_app.commands.server import quiet_collector

Position = int


class Announcements:
    """A queue for each subscriber; the last position is told at once."""

    def __init__(self) -> None:
        self._queues: set[asyncio.Queue[Position]] = set()
        self.last: Position = 0

    def tell(self, position: Position) -> None:
        """Tells everyone."""
        self.last = position
        for queue in self._queues:
            queue.put_nowait(position)

    async def heard(self) -> AsyncIterator[Position]:
        """The last one, and all that follow."""
        queue: asyncio.Queue[Position] = asyncio.Queue()
        self._queues.add(queue)
        queue.put_nowait(self.last)
        try:
            while True:
                yield await queue.get()
        finally:
            self._queues.discard(queue)


ANNOUNCED = Announcements()


@strawberry.type
class FieldChange:
    """What changed."""

    path: str
    before: JSON | None
    after: JSON | None


@strawberry.type
class CustomerChange:
    """A change of a customer."""

    kind: str
    version: int
    customer_id: strawberry.ID
    changes: list[FieldChange]
    customer: Customer | None


@strawberry.type
class Subscription:
    """What may be watched."""

    @strawberry.subscription
    async def customer_changes(self) -> AsyncGenerator[CustomerChange, None]:
        """Each change with its customer, read for each subscriber."""
        async for position in ANNOUNCED.heard():
            yield await read_change(position)

    @strawberry.subscription
    async def customer_changes_shared(self) -> AsyncGenerator[CustomerChange, None]:
        """The same, read once for everyone: each subscriber's share is only to execute."""
        async for position in ANNOUNCED.heard():
            yield await SHARED.at(position)


class SharedReading:
    """The last change that was read, for whoever wants it too."""

    def __init__(self) -> None:
        self._position = -1
        self._task: asyncio.Task[CustomerChange] | None = None

    async def at(self, position: Position) -> CustomerChange:
        """The change at this position."""
        if self._task is None or self._position != position:
            self._position, self._task = position, asyncio.create_task(read_change(position))
        return await asyncio.shield(self._task)


SHARED = SharedReading()


async def read_change(position: Position) -> CustomerChange:
    """Two statements."""
    row = await tables.JournalEntry.get(position=position)
    customer = await tables.Customer.get(id=row.customer_id)
    changes = [FieldChange(**change) for change in row.changes]
    return CustomerChange(
        kind=row.kind,
        version=row.version,
        customer_id=strawberry.ID(row.customer_id),
        changes=changes,
        customer=Customer.of(customer),
    )


@asynccontextmanager
async def executed_for_each(url: str, connections: int) -> AsyncIterator[Any]:
    """FastAPI with Strawberry's own router and protocol; a position that is posted is announced."""
    await tables.connect(url, connections)
    try:
        application = FastAPI()
        schema = strawberry.Schema(query=Query, subscription=Subscription, extensions=[ParserCache, ValidationCache])
        router: GraphQLRouter[Any, Any] = GraphQLRouter(schema, subscription_protocols=[GRAPHQL_TRANSPORT_WS_PROTOCOL])
        application.include_router(router, prefix="/graphql")

        @application.post("/announced/{position}", status_code=202)
        async def announced(position: int) -> dict[str, int]:
            ANNOUNCED.tell(position)
            return {"position": position}

        quiet_collector()
        yield application
    finally:
        await Tortoise.close_connections()
