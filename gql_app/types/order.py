"""What may be asked about orders."""

from enum import Enum
from typing import Annotated

import strawberry
from strawberry import UNSET

from gql_app.reads.declare import (
    Column,
    Computed,
    Entries,
    Many,
    Money,
    One,
    Page,
    asked,
    enumerated,
    rows_of,
    shown,
)
from gql_app.reads.scopes import ORDERS, RAW
from gql_app.types.node import Count, MetadataEntry, Node, PageInfo
from gql_app.types.node import Money as MoneyType
from gql_app.types.scalars import JSON, DateTime, Long
from models import Order as StoredOrder
from models import OrderItem as StoredItem

LazyCustomer = Annotated["Customer", strawberry.lazy("gql_app.types.customer")]  # type: ignore[name-defined] # noqa: F821
LazyRedemptions = Annotated["RedemptionConnection", strawberry.lazy("gql_app.types.redemption")]  # type: ignore[name-defined] # noqa: F821

METADATUM = Computed(
    "coalesce(({row}.metadata->{key})::text,'null')",
    "CASE WHEN {row}.metadata IS NULL OR json_valid({row}.metadata) THEN"
    " coalesce((SELECT CASE e.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' WHEN 'null' THEN 'null'"
    " WHEN 'object' THEN e.value WHEN 'array' THEN e.value ELSE json_quote(e.value) END"
    " FROM json_each({row}.metadata) e WHERE e.key = {key}),'null')"
    " ELSE char(1) END",
)


@enumerated
class OrderStatus(Enum):
    """Where an order stands."""

    CREATED = strawberry.enum_value("CREATED", description="Placed, not paid.")
    PAID = strawberry.enum_value("PAID", description="Paid.")
    CANCELED = strawberry.enum_value("CANCELED", description="Canceled.")
    FULFILLED = strawberry.enum_value("FULFILLED", description="Delivered.")
    UNKNOWN = strawberry.enum_value("UNKNOWN", description="A status this version does not know; rawStatus has it.")


@rows_of(StoredItem, ORDERS)
class OrderItem:
    """A line of an order."""

    product_id: strawberry.ID | None = shown("The product's id, prod_...")
    sku_id: strawberry.ID | None = shown("The SKU's id, sku_...")
    source_id: str | None = shown("The merchant's own id of the product or SKU.")
    product_name: str | None = shown("The product's name.")
    quantity: Long | None = shown("How many.")
    price: MoneyType | None = shown("Of one.", Money(currency="currency"))
    amount: MoneyType | None = shown("Price times quantity.", Money(currency="currency"))
    discount_amount: MoneyType | None = shown("Taken off this line.", Money(currency="currency"))
    subtotal_amount: MoneyType | None = shown("What is left to pay for this line.", Money(currency="currency"))
    unknown_fields: JSON | None = shown("Received, but not modelled in this version.", needs=RAW)


@rows_of(StoredOrder, ORDERS)
class Order(Node):
    """An order."""

    id: strawberry.ID = shown("Voucherify's id, ord_...")
    source_id: str | None = shown("The merchant's own id.")
    status: OrderStatus = shown("Where it stands.")
    raw_status: str | None = shown("The status, word for word.")
    amount: MoneyType | None = shown("Before discounts.", Money(currency="currency"))
    discount_amount: MoneyType | None = shown("All discounts together.", Money(currency="currency"))
    total_amount: MoneyType | None = shown("After discounts.", Money(currency="currency"))
    items: list[OrderItem] = shown(
        "Its lines, in order.", Many("{inner}.order_id = {outer}.id", order="{inner}.position")
    )
    customer_id: strawberry.ID | None = shown("Who placed it.")
    customer: LazyCustomer | None = shown("Who placed it.", One("{inner}.id = {outer}.customer_id"))
    referrer_id: strawberry.ID | None = shown("Who referred the customer.")
    referrer: LazyCustomer | None = shown("Who referred the customer.", One("{inner}.id = {outer}.referrer_id"))
    created_at: DateTime | None = shown("When it was placed.")
    updated_at: DateTime | None = shown("When it last changed.")
    unknown_fields: JSON | None = shown("Received, but not modelled in this version.", needs=RAW)

    @asked(Page("{inner}.order_id = {outer}.id"))
    def redemptions(self, first: int | None = 20, after: str | None = UNSET) -> LazyRedemptions:
        """What was redeemed with it, by id."""

    @asked(METADATUM)
    def metadatum(self, key: str) -> JSON | None:
        """One metadata value; null where the key is not there."""

    @asked(Entries("metadata", keys="keys"))
    def metadata(self, keys: list[str] | None = UNSET) -> list[MetadataEntry]:
        """Metadata by key, all of it or only these keys."""


@rows_of(StoredOrder, ORDERS)
class OrderEdge:
    """An order's place in a list."""

    cursor: str = shown("For `after` and `before`.")
    node: Order = shown("The order.")


@rows_of(StoredOrder, ORDERS)
class OrderConnection:
    """A page of orders."""

    edges: list[OrderEdge] = shown("The orders with their cursors.")
    nodes: list[Order] = shown("The orders.")
    page_info: PageInfo = shown("Where this page stands.")

    @asked(Column())
    def total_count(self, cap: int | None = 10_000) -> Count | None:
        """How many there are in all; counted only when asked for, and no further than the cap."""
