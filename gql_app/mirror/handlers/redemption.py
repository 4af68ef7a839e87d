"""What events say about redemptions."""

from collections.abc import Iterator
from typing import Any

from gql_app.mirror.facts import Fact, Put, Rank
from gql_app.mirror.handlers import on
from gql_app.mirror.handlers.customer import mentioned_customer, simple_customer
from gql_app.mirror.handlers.said import Reading, read
from gql_app.voucherify.event import Event
from gql_app.voucherify.values import identifier, key, long, moment, table, text
from models import Redemption

REDEMPTION: Reading = {
    "customer_id": ("customer_id", identifier),
    "status": ("status", key),
    "result": ("result", key),
    "amount": ("amount", long),
    "date": ("date", moment),
    "failure_code": ("failure_code", key),
    "failure_message": ("failure_message", text),
}


REDEMPTION_EVENTS = (
    "customer.redemption.succeeded",
    "customer.redemption.rollback.succeeded",
    "redemption.succeeded",
    "redemption.failed",
    "redemption.rollback.succeeded",
    "redemption.rollback.failed",
)


@on(
    "customer.order.created",
    "customer.order.updated",
    "customer.order.paid",
    "customer.order.canceled",
    *REDEMPTION_EVENTS,
)
def redemptions_told(event: Event) -> Iterator[Fact]:
    """A redemption, its rollback, and who redeemed."""
    yield from simple_customer(event.data.get("customer"), event.project_id)
    yield from redeemed(event.data.get("redemption"), event)
    yield from redeemed(event.data.get("redemption_rollback"), event)


def redeemed(said: Any, event: Event) -> Iterator[Fact]:
    """One redemption, where there is one."""
    redemption = table(said)
    redemption_id = identifier(redemption.get("id"))
    if redemption_id is None:
        return
    columns = {name: value for name, value in read(redemption, REDEMPTION).items() if value is not None}
    columns |= {name: value for name, value in _around(redemption, event).items() if value is not None}
    yield from mentioned_customer(columns.get("customer_id"))
    yield Put(Redemption, redemption_id, columns, Rank.SIMPLE)


def _around(redemption: dict[str, Any], event: Event) -> dict[str, Any]:
    """What stands beside a redemption rather than in it: its order, its voucher, its campaign."""
    voucher = table(redemption.get("voucher")) or table(event.data.get("voucher"))
    order = table(redemption.get("order")) or table(event.data.get("order"))
    customer = table(redemption.get("customer")) or table(event.data.get("customer"))
    campaign = table(event.data.get("campaign"))
    return {
        "project_id": event.project_id,
        "customer_id": identifier(redemption.get("customer_id")) or identifier(customer.get("id")),
        "order_id": identifier(order.get("id")),
        "voucher_code": key(voucher.get("code")),
        "campaign_id": identifier(campaign.get("id")) or identifier(voucher.get("campaign_id")),
        "campaign_name": key(campaign.get("name")) or key(voucher.get("campaign")),
        "points": long(table(redemption.get("loyalty_card")).get("points")),
    }
