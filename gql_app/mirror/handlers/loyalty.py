"""What events say about tiers and points."""

from collections.abc import Iterator
from typing import Any

from gql_app.mirror.facts import Columns, Fact, Put, Rank
from gql_app.mirror.handlers import on
from gql_app.mirror.handlers.customer import mentioned_customer, simple_customer, standing_id
from gql_app.voucherify.event import Event
from gql_app.voucherify.values import identifier, key, long, table
from models import Customer, LoyaltyCampaign

TIER_EVENTS = (
    "customer.loyalty.tier.joined",
    "customer.loyalty.tier.upgraded",
    "customer.loyalty.tier.downgraded",
    "customer.loyalty.tier.prolonged",
    "customer.loyalty.tier.left",
)

POINTS_EVENTS = (
    "customer.voucher.loyalty_card.points_added",
    "voucher.loyalty_card.points_added",
    "voucher.loyalty_card.transaction.created",
)


@on(*TIER_EVENTS)
def tier_moved(event: Event) -> Iterator[Fact]:
    """A customer's tier in one campaign, and what the tiers and the campaign are called."""
    data = event.data
    yield from simple_customer(data.get("customer"), event.project_id)
    tier = table(data.get("loyalty_tier_to")) or table(data.get("loyalty_tier"))
    tier_id = None if event.type.endswith(".left") else identifier(tier.get("id"))
    customer_id = identifier(table(data.get("customer")).get("id"))
    yield from _standing(customer_id, table(data.get("campaign")).get("name"), {"tier_id": tier_id})


@on(*POINTS_EVENTS)
def points_moved(event: Event) -> Iterator[Fact]:
    """A card's new balance. The holder of the card owns it, who need not be the customer of the event."""
    data = event.data
    yield from simple_customer(data.get("customer"), event.project_id)
    yield from simple_customer(data.get("holder"), event.project_id)
    voucher = table(data.get("voucher"))
    holder = identifier(voucher.get("holder_id")) or identifier(table(data.get("holder")).get("id"))
    holder = holder or identifier(table(data.get("customer")).get("id"))
    balance = long(table(data.get("balance")).get("balance"))
    if balance is not None:
        name = table(data.get("campaign")).get("name") or voucher.get("campaign")
        yield from _standing(holder, name, {"points": balance})


def _standing(customer_id: str | None, said_name: Any, columns: Columns) -> Iterator[Fact]:
    name = key(said_name)
    if customer_id is None or name is None:
        return
    yield from mentioned_customer(customer_id)
    yield Put(Customer, customer_id, {"loyalty_told": True}, Rank.PASSING)
    identity = {"customer_id": customer_id, "name": name}
    yield Put(LoyaltyCampaign, standing_id(customer_id, name), identity | columns)
