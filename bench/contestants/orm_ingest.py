"""The plain way to take events in: a FastAPI route, one Tortoise transaction each, answered after commit.

It verifies no signature, keeps no journal and does not mind the order of arrival: that is less work than
Customer Graph does.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI, Request
from tortoise import Tortoise
from tortoise.models import Model
from tortoise.transactions import in_transaction

from bench.contestants import tables

Values = dict[str, Any]


@asynccontextmanager
async def transaction_each(url: str, connections: int) -> AsyncIterator[FastAPI]:
    """The application; makes the one table that the mirror lacks."""
    await tables.connect(url, connections)
    try:
        await Tortoise.generate_schemas(safe=True)
        application = FastAPI()
        application.add_api_route("/webhooks/voucherify", webhook, methods=["POST"], status_code=202)
        yield application
    finally:
        await Tortoise.close_connections()


async def webhook(request: Request) -> Values:
    """Keeps the event and what it says."""
    body = await request.body()
    said = json.loads(body)
    event_type, data = said["event"]["type"], said["data"]
    raw = {"event_type": event_type, "body": body, "received_at": datetime.now(UTC).isoformat()}
    async with in_transaction() as transaction:
        _, is_new = await tables.RawEvent.get_or_create(raw, using_db=transaction, key=said["id"])
        if is_new and event_type == "customer.updated":
            await keep_customer(data["customer"], transaction)
        elif is_new:
            await keep_order(data["order"], data["customer"], transaction)
    return {"status": "stored" if is_new else "duplicate"}


async def keep_customer(said: Values, transaction: Any) -> tables.Customer:
    """A full snapshot with its standings."""
    address, summary, loyalty = said["address"], said["summary"]["orders"], said["loyalty"]
    customer = tables.Customer(
        id=said["id"],
        source_id=said["source_id"],
        name=said["name"],
        email=said["email"],
        phone=said["phone"],
        birthdate=said["birthdate"],
        address_city=address["city"],
        address_line1=address["line_1"],
        address_country=address["country"],
        address_postal_code=address["postal_code"],
        summary_orders_total_count=summary["total_count"],
        summary_orders_total_amount=summary["total_amount"],
        summary_orders_last_order_date=summary["last_order_date"],
        loyalty_points=loyalty["points"],
        created_at=said["created_at"],
        updated_at=said["updated_at"],
    )
    await upsert([customer], transaction)
    await upsert([standing(said["id"], *entry) for entry in loyalty["campaigns"].items()], transaction)
    return customer


async def keep_order(said: Values, customer: Values, transaction: Any) -> tables.Order:
    """An order with its items and, in passing, who placed it."""
    simple = {name: customer[name] for name in ("id", "name", "email", "source_id")}
    await upsert([tables.Customer(**simple)], transaction, "name", "email", "source_id")
    order = tables.Order(
        id=said["id"],
        customer_id=said["customer_id"],
        status=said["status"],
        total_amount=said["total_amount"],
        currency=said["metadata"]["currency"],
        created_at=said["created_at"],
        updated_at=said["updated_at"],
    )
    await upsert([order], transaction)
    await upsert([item(said, position) for position in range(len(said["items"]))], transaction)
    return order


def standing(customer_id: str, name: str, said: Values) -> tables.Standing:
    """How a customer stands in the campaign of this name."""
    return tables.Standing(
        id=f"{customer_id}:{name}",
        customer_id=customer_id,
        name=name,
        points=said["points"],
        tier_id=said["loyalty_tier"],
    )


def item(order: Values, position: int) -> tables.OrderItem:
    """A line of an order."""
    said = order["items"][position]
    return tables.OrderItem(
        id=f"{order['id']}:{position}",
        order_id=order["id"],
        customer_id=order["customer_id"],
        position=position,
        product_name=said["product"]["name"],
        quantity=said["quantity"],
        price=said["price"],
        currency=order["metadata"]["currency"],
    )


async def upsert(rows: list[Any], transaction: Any, *columns: str) -> None:
    """Tortoise's own upsert: one statement, where `update_or_create` needs three with their savepoints."""
    model: type[Model] = type(rows[0])
    told = columns or tuple(name for name in model._meta.db_fields if name != "id")
    await model.bulk_create(rows, on_conflict=["id"], update_fields=told, using_db=transaction)
