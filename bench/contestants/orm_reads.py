"""The plain way to answer: Strawberry resolvers over Tortoise objects, relations prefetched, no N+1."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

import strawberry
from fastapi import FastAPI
from strawberry.fastapi import GraphQLRouter
from strawberry.types import Info
from tortoise import Tortoise
from tortoise.query_utils import Prefetch
from tortoise.queryset import QuerySet

from bench.contestants import tables


@strawberry.type
class Money:
    """An amount."""

    minor_units: int
    currency: str | None = None


@strawberry.type
class Address:
    """Where a customer lives."""

    city: str | None
    line1: str | None
    country: str | None
    postal_code: str | None


@strawberry.type
class OrdersSummary:
    """Sums over orders."""

    total_count: int | None
    total_amount: Money | None
    last_order_date: str | None


@strawberry.type
class Summary:
    """Sums."""

    orders: OrdersSummary


@strawberry.type
class Tier:
    """A step of a loyalty programme."""

    name: str | None


@strawberry.type
class Standing:
    """How a customer stands in a campaign."""

    name: str
    points: int | None
    tier: Tier | None


@strawberry.type
class Loyalty:
    """Points, over all campaigns and in each."""

    points: int | None
    campaigns: list[Standing]


@strawberry.type
class OrderItem:
    """A line of an order."""

    product_name: str | None
    quantity: int | None

    @strawberry.field
    def price(self: strawberry.Parent[tables.OrderItem]) -> Money | None:
        """Of one."""
        return money(self.price, self.currency)


@strawberry.type
class Order:
    """An order."""

    id: strawberry.ID
    status: str
    created_at: str | None
    items: list[OrderItem]

    @strawberry.field
    def total_amount(self: strawberry.Parent[tables.Order]) -> Money | None:
        """After discounts."""
        return money(self.total_amount, self.currency)


@strawberry.type
class OrderConnection:
    """A page of orders."""

    nodes: list[Order]


@strawberry.type
class Customer:
    """Someone in the programme."""

    id: strawberry.ID
    source_id: str | None
    name: str | None
    email: str | None
    phone: str | None
    birthdate: str | None
    created_at: str | None
    updated_at: str | None

    @strawberry.field
    def address(self: strawberry.Parent[tables.Customer]) -> Address | None:
        """Where they live."""
        return Address(
            city=self.address_city,
            line1=self.address_line1,
            country=self.address_country,
            postal_code=self.address_postal_code,
        )

    @strawberry.field
    def summary(self: strawberry.Parent[tables.Customer]) -> Summary | None:
        """Lifetime sums."""
        return Summary(
            orders=OrdersSummary(
                total_count=self.summary_orders_total_count,
                total_amount=money(self.summary_orders_total_amount),
                last_order_date=self.summary_orders_last_order_date,
            )
        )

    @strawberry.field
    def loyalty(self: strawberry.Parent[tables.Customer]) -> Loyalty | None:
        """Points and standings."""
        return Loyalty(points=self.loyalty_points, campaigns=list(self.standings))  # type: ignore[arg-type]

    @strawberry.field
    def orders(self: strawberry.Parent[tables.Customer], first: int = 20) -> OrderConnection:
        """Orders by id."""
        return OrderConnection(nodes=list(self.orders)[:first])  # type: ignore[arg-type]


@strawberry.type
class CustomerConnection:
    """A page of customers."""

    nodes: list[Customer]


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
        found: Any = await fetching(tables.Customer.filter(**wanted), names(info.selected_fields)).first()
        return found  # type: ignore[no-any-return]

    @strawberry.field
    async def customers(self, info: Info, first: int = 20, after: str | None = None) -> CustomerConnection:
        """Living customers by id."""
        rows = tables.Customer.filter(deleted_at=None).order_by("id").limit(first)
        if after is not None:
            rows = rows.filter(id__gt=bytes.fromhex(after).decode().removeprefix("id:"))
        found: Any = await fetching(rows, names(info.selected_fields))
        return CustomerConnection(nodes=found)


def money(minor_units: int | None, currency: str | None = None) -> Money | None:
    """An amount, or none."""
    return None if minor_units is None else Money(minor_units=minor_units, currency=currency)


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
    if "nodes" in wanted and "items" in wanted:
        items = Prefetch("items", tables.OrderItem.all().order_by("position"))
        rows = rows.prefetch_related(Prefetch("orders", tables.Order.all().order_by("id").prefetch_related(items)))
    return rows


@asynccontextmanager
async def strawberry_over_tortoise(url: str, connections: int) -> AsyncIterator[Any]:
    """FastAPI with Strawberry's own router."""
    await tables.connect(url, connections)
    try:
        application = FastAPI()
        router: GraphQLRouter[Any, Any] = GraphQLRouter(strawberry.Schema(query=Query))
        application.include_router(router, prefix="/graphql")
        yield application
    finally:
        await Tortoise.close_connections()
