"""The plain way to answer: Strawberry resolvers over Tortoise objects, relations prefetched, no N+1."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

import strawberry
from fastapi import FastAPI
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.fastapi import GraphQLRouter
from strawberry.types import Info
from tortoise import Tortoise
from tortoise.query_utils import Prefetch
from tortoise.queryset import QuerySet

from bench.contestants import tables
from bench.contestants.orm_types import Customer, CustomerConnection


@strawberry.input(one_of=True)
class CustomerRef:
    """One way of naming a customer."""

    id: strawberry.Maybe[strawberry.ID]
    email: strawberry.Maybe[str]


@strawberry.type
class Query:
    """What may be asked."""

    @strawberry.field
    async def customer(self, info: Info, by: CustomerRef) -> Customer | None:
        """One customer."""
        wanted = {"id": by.id.value} if by.id else {"email": by.email.value if by.email else None}
        rows = fetching(tables.Customer.filter(**wanted).limit(1), names(info.selected_fields))
        return next((Customer.of(row) for row in await rows), None)

    @strawberry.field
    async def customers(self, info: Info, first: int = 20, after: str | None = None) -> CustomerConnection:
        """Living customers by id."""
        rows = tables.Customer.filter(deleted_at=None).order_by("id").limit(first)
        if after is not None:
            rows = rows.filter(id__gt=bytes.fromhex(after).decode().rpartition(":")[2])
        found = await fetching(rows, names(info.selected_fields))
        return CustomerConnection(nodes=[Customer.of(row) for row in found])


def names(selected: Iterable[Any]) -> set[str]:
    """Every field name in a selection, however deep."""
    found: set[str] = set()
    for selection in selected:
        found |= {getattr(selection, "name", "")} | names(selection.selections)
    return found


def fetching(rows: "QuerySet[tables.Customer]", wanted: set[str]) -> "QuerySet[tables.Customer]":
    """One further statement for each relation that is asked for."""
    if "campaigns" in wanted:
        standings = tables.Standing.all().order_by("name")
        rows = rows.prefetch_related(Prefetch("standings", standings.prefetch_related("tier")))
    if "items" in wanted:
        items = Prefetch("items", tables.OrderItem.all().order_by("position"))
        orders = tables.Order.all().order_by("id").prefetch_related(items)
        rows = rows.prefetch_related(Prefetch("orders", orders))
    return rows


@asynccontextmanager
async def strawberry_over_tortoise(url: str, connections: int) -> AsyncIterator[Any]:
    """FastAPI with Strawberry's own router."""
    await tables.connect(url, connections)
    try:
        application = FastAPI()
        schema = strawberry.Schema(query=Query, extensions=[ParserCache, ValidationCache])
        router: GraphQLRouter[Any, Any] = GraphQLRouter(schema)
        application.include_router(router, prefix="/graphql")
        yield application
    finally:
        await Tortoise.close_connections()
