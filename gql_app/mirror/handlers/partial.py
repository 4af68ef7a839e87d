"""What is told only in part, as by the columns of a file: what is not there is not spoken of, what is null is said."""

from collections.abc import Iterator
from typing import Any

from gql_app.mirror.facts import Columns, Fact, Put, Rank
from gql_app.mirror.handlers import on
from gql_app.mirror.handlers.customer import PROFILE, mentioned_customer
from gql_app.mirror.handlers.customer_parts import PARTS, included, told_columns
from gql_app.mirror.handlers.order import ORDER, order_status
from gql_app.mirror.handlers.said import Reading, identity
from gql_app.voucherify.event import Event
from gql_app.voucherify.values import day, identifier, json, long, table
from models import Customer, Order


@on("mirror.customer.partial", "mirror.customer.hint")
def customer_in_part(event: Event) -> Iterator[Fact]:
    """Some of a customer's fields, as read from a file; all others stay as they are."""
    customer = table(event.data.get("customer"))
    parts = included(customer)
    columns = _there(customer, PROFILE) | _around(customer, event) | told_columns(parts, final=False)
    for name, part in parts.items():
        columns |= _there(part, PARTS[name])
    if columns.get("birthdate") is None and "birthday" in customer:
        columns["birthdate"] = day(customer["birthday"])
    columns["completeness"] = int(Rank.SIMPLE)
    yield Put(Customer, identity(customer, "customer"), columns, Rank.SIMPLE)


@on("mirror.order.partial", "mirror.order.hint")
def order_in_part(event: Event) -> Iterator[Fact]:
    """Some of an order's fields, as read from a file; its items and all others stay as they are."""
    order = table(event.data.get("order"))
    customer_id = identifier(table(order.get("customer")).get("id"))
    known: Columns = {"customer_id": customer_id} if customer_id else {}
    columns = known | _there(order, ORDER) | _around(order, event)
    if "discount_amount" not in columns and "discount_amount" in order:
        columns["discount_amount"] = long(order["discount_amount"])
    if "raw_status" in columns:
        columns["status"] = order_status(columns["raw_status"])
    yield from mentioned_customer(columns.get("customer_id"))
    yield Put(Order, identity(order, "order"), columns, Rank.SIMPLE)


def _there(said: dict[str, Any], reading: Reading) -> Columns:
    return {column: reader(said[name]) for name, (column, reader) in reading.items() if name in said}


def _around(said: dict[str, Any], event: Event) -> Columns:
    columns: Columns = {"project_id": event.project_id} if event.project_id else {}
    return columns | ({"metadata": json(said["metadata"])} if isinstance(said.get("metadata"), dict) else {})
