"""What events say about orders."""

from collections.abc import Iterator
from typing import Any

from gql_app.mirror.facts import Columns, Fact, Put, PutAll, Rank
from gql_app.mirror.handlers import on
from gql_app.mirror.handlers.customer import mentioned_customer, simple_customer
from gql_app.mirror.handlers.redemption import REDEMPTION_EVENTS
from gql_app.mirror.handlers.said import Reading, derived, identity, read, unknown
from gql_app.voucherify.event import Event
from gql_app.voucherify.values import identifier, json, key, long, moment, rows, table, text
from models import Order, OrderItem

STATUSES = ("CREATED", "PAID", "CANCELED", "FULFILLED")

ORDER: Reading = {
    "source_id": ("source_id", key),
    "status": ("raw_status", key),
    "amount": ("amount", long),
    "total_discount_amount": ("discount_amount", long),
    "total_amount": ("total_amount", long),
    "created_at": ("created_at", moment),
    "updated_at": ("updated_at", moment),
    "customer_id": ("customer_id", identifier),
    "referrer_id": ("referrer_id", identifier),
}

ITEM: Reading = {
    "product_id": ("product_id", identifier),
    "sku_id": ("sku_id", identifier),
    "source_id": ("source_id", key),
    "quantity": ("quantity", long),
    "price": ("price", long),
    "amount": ("amount", long),
    "discount_amount": ("discount_amount", long),
    "subtotal_amount": ("subtotal_amount", long),
}

KNOWN = ("id", "object", "items", "metadata", "customer", "referrer", "redemptions", "discount_amount")


ORDER_EVENTS = (
    "customer.order.created",
    "customer.order.updated",
    "customer.order.paid",
    "customer.order.canceled",
)


@on(*ORDER_EVENTS)
def ordered(event: Event) -> Iterator[Fact]:
    """An order and, in passing, who placed it and who referred them."""
    yield from simple_customer(event.data.get("customer"), event.project_id)
    yield from simple_customer(event.data.get("referrer"), event.project_id)
    yield from full_order(table(event.data.get("order")), event)


@on(*REDEMPTION_EVENTS)
def redeemed_with(event: Event) -> Iterator[Fact]:
    """The order a redemption was made with, where the event carries more of it than its id."""
    order = table(event.data.get("order"))
    if identifier(order.get("id")) and "status" in order:
        yield from full_order(order, event)


def full_order(order: dict[str, Any], event: Event) -> Iterator[Fact]:
    """An order with its items, which have no key of their own and are replaced as a whole."""
    order_id = identity(order, "order")
    metadata = json(table(order.get("metadata")))
    customer_id = _customer_of(order, event)
    told = read(order, ORDER)
    columns = told | {
        "customer_id": customer_id,
        "metadata": metadata,
        "currency": _currency(metadata),
        "unknown_fields": unknown(order, ORDER, told, KNOWN),
    }
    columns["status"] = order_status(columns["raw_status"])
    if event.project_id is not None:
        columns["project_id"] = event.project_id
    if columns["discount_amount"] is None:
        columns["discount_amount"] = long(order.get("discount_amount"))
    yield from mentioned_customer(customer_id)
    yield Put(Order, order_id, columns, Rank.FULL)
    if isinstance(order.get("items"), list):
        shared = {"order_id": order_id, "customer_id": customer_id, "currency": columns["currency"]}
        yield PutAll(OrderItem, order_id, dict(_items(order_id, order["items"], shared)))


def order_status(said: Any) -> str:
    """The status as it is shown; what Voucherify may call it otherwise is kept beside."""
    return said if said in STATUSES else "UNKNOWN"


def _customer_of(order: dict[str, Any], event: Event) -> str | None:
    for said in (order.get("customer_id"), table(order.get("customer")).get("id")):
        if found := identifier(said):
            return found
    return identifier(table(event.data.get("customer")).get("id"))


def _currency(metadata: Columns) -> str | None:
    """Voucherify has no currency; shops keep an ISO 4217 code in the order's metadata."""
    said = text(metadata.get("currency"))
    return said.upper() if said and len(said) == 3 and said.isascii() and said.isalpha() else None


def _items(order_id: str, items: list[Any], shared: Columns) -> Iterator[tuple[str, Columns]]:
    for position, said in enumerate(rows(items)):
        item = table(said)
        product = table(item.get("product"))
        known = ("object", "product", "sku", "related_object")
        columns = read(item, ITEM) | shared
        columns |= {
            "position": position,
            "product_name": text(product.get("name")),
            "unknown_fields": unknown(item, ITEM, columns, known),
        }
        yield derived("item", order_id, str(position)), columns
