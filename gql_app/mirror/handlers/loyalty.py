"""What events say about tiers and points."""

from collections.abc import Iterator
from typing import Any

from gql_app.mirror.facts import Columns, Fact, Put, Rank
from gql_app.mirror.handlers import on
from gql_app.mirror.handlers.customer import mentioned_customer, simple_customer
from gql_app.mirror.handlers.customer_lists import standing_id
from gql_app.voucherify.event import Event
from gql_app.voucherify.values import identifier, key, long, person, table
from models import Customer, LoyaltyCampaign

TIER_EVENTS = (
    "customer.loyalty.tier.joined",
    "customer.loyalty.tier.upgraded",
    "customer.loyalty.tier.downgraded",
    "customer.loyalty.tier.prolonged",
    "customer.loyalty.tier.left",
)

CARD_EVENTS = (
    "customer.publication.succeeded",
    "customer.reward_redemptions.completed",
    "customer.reward_redemptions.created",
    "customer.reward_redemptions.pending",
    "customer.rewarded",
    "customer.rewarded.loyalty_points",
    "customer.voucher.loyalty_card.pending_points.activated",
    "customer.voucher.loyalty_card.pending_points.added",
    "customer.voucher.loyalty_card.pending_points.canceled",
    "customer.voucher.loyalty_card.pending_points.updated",
    "customer.voucher.loyalty_card.points_added",
    "customer.voucher.loyalty_card.points_expired",
    "loyalty_card.pending_points.updated",
    "publication.succeeded",
    "voucher.created",
    "voucher.disabled",
    "voucher.enabled",
    "voucher.loyalty_card.pending_points.activated",
    "voucher.loyalty_card.pending_points.added",
    "voucher.loyalty_card.pending_points.canceled",
    "voucher.loyalty_card.pending_points.updated",
    "voucher.loyalty_card.points_added",
    "voucher.loyalty_card.points_expired",
    "voucher.loyalty_card.transaction.created",
    "voucher.published",
    "voucher.updated",
)
"""Events that carry a loyalty card, with its balance after what happened."""


@on(*TIER_EVENTS)
def tier_moved(event: Event) -> Iterator[Fact]:
    """A customer's tier in one campaign, and what the tiers and the campaign are called."""
    data = event.data
    yield from simple_customer(data.get("customer"), event.project_id)
    tier = table(data.get("loyalty_tier_to")) or table(data.get("loyalty_tier"))
    tier_id = None if event.type.endswith(".left") else identifier(tier.get("id"))
    customer_id = identifier(table(data.get("customer")).get("id"))
    yield from _standing(customer_id, table(data.get("campaign")).get("name"), {"tier_id": tier_id})


@on(*CARD_EVENTS)
def points_told(event: Event) -> Iterator[Fact]:
    """A card's balance as it stands, never a sum. The holder of the card owns it, who need not be its
    customer.
    """
    data = event.data
    voucher = table(data.get("voucher"))
    balance = _balance(table(data.get("balance")), table(voucher.get("loyalty_card")))
    if balance is not None:
        name = table(data.get("campaign")).get("name") or voucher.get("campaign")
        yield from _standing(_holder(data, voucher), name, {"points": balance})


def _balance(said: dict[str, Any], card: dict[str, Any]) -> int | None:
    """The balance the event tells, which is newer than the one on the card it carries."""
    if said.get("type") == "loyalty_card" and (balance := long(said.get("balance"))) is not None:
        return balance
    return long(card.get("balance"))


def _holder(data: dict[str, Any], voucher: dict[str, Any]) -> str | None:
    named = (
        voucher.get("holder_id"),
        person(data.get("holder")).get("id"),
        table(data.get("customer")).get("id"),
    )
    return next(filter(None, map(identifier, named)), None)


def _standing(customer_id: str | None, said_name: Any, columns: Columns) -> Iterator[Fact]:
    name = key(said_name)
    if customer_id is None or name is None:
        return
    yield from mentioned_customer(customer_id)
    yield Put(Customer, customer_id, {"loyalty_told": True}, Rank.PASSING)
    identity = {"customer_id": customer_id, "name": name}
    yield Put(LoyaltyCampaign, standing_id(customer_id, name), identity | columns)
