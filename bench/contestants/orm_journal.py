"""The plain way doing the same: as `orm_ingest`, and it verifies the signature and writes down what changed.

Positions are dense and become visible in order, which takes the counter's row lock until commit.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI, Request
from tortoise import Tortoise
from tortoise.transactions import in_transaction

from bench.contestants import tables
from bench.contestants.orm_ingest import Values, keep_customer, keep_order
from bench.events import SECRET
from gql_app.voucherify.signature import verify


@asynccontextmanager
async def transaction_each(url: str, connections: int) -> AsyncIterator[FastAPI]:
    """The application; makes the tables that the mirror lacks."""
    await tables.connect(url, connections)
    try:
        await Tortoise.generate_schemas(safe=True)
        await tables.Counter.create(id=1)
        application = FastAPI()
        application.add_api_route("/webhooks/voucherify", webhook, methods=["POST"], status_code=202)
        yield application
    finally:
        await Tortoise.close_connections()


async def webhook(request: Request) -> Values:
    """Keeps the event, what it says and what that changed."""
    body = await request.body()
    verify(body, request.headers.get("x-voucherify-signature"), [SECRET])
    said = json.loads(body)
    event_type, data = said["event"]["type"], said["data"]
    raw = {"event_type": event_type, "body": body, "received_at": datetime.now(UTC).isoformat()}
    async with in_transaction() as transaction:
        _, is_new = await tables.RawEvent.get_or_create(raw, using_db=transaction, key=said["id"])
        if is_new:
            await keep(said["id"], event_type, data, transaction)
    return {"status": "stored" if is_new else "duplicate"}


async def keep(key: str, event_type: str, data: Values, transaction: Any) -> None:
    """The rows of one event, and one row in the journal."""
    counter = await tables.Counter.filter(id=1).using_db(transaction).select_for_update().get()
    is_customer = event_type == "customer.updated"
    model: Any = tables.Customer if is_customer else tables.Order
    row_id = data["customer" if is_customer else "order"]["id"]
    before = await model.filter(id=row_id).using_db(transaction).first().values()
    if is_customer:
        after: Any = await keep_customer(data["customer"], transaction)
    else:
        after = await keep_order(data["order"], data["customer"], transaction)
    counter.position += 1
    await counter.save(using_db=transaction, update_fields=["position"])
    await tables.Change.create(
        using_db=transaction,
        position=counter.position,
        customer_id=data["customer"]["id"],
        event_key=key,
        changes=differing(before or {}, after),
    )


def differing(before: Values, after: Any) -> list[Values]:
    """What changed, with the values before and after."""
    now = {name: getattr(after, name) for name in after._meta.db_fields}
    return [
        {"path": name, "before": before.get(name), "after": value}
        for name, value in now.items()
        if before.get(name) != value
    ]
