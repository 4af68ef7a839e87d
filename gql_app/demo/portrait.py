"""How Voucherify shows a customer: in full, in short, or unexpanded."""

from typing import Any

from gql_app.demo.cast import Person
from gql_app.demo.moments import iso


def full(person: Person, friends: str) -> dict[str, Any]:
    """The whole customer without what is empty; `friends` names the referral campaign."""
    shown: dict[str, Any] = {
        "id": person.id,
        "name": person.name,
        "email": person.email,
        "phone": person.phone,
        "object": "customer",
        "address": person.address and dict(person.address),
        "loyalty": _loyalty(person, friends),
        "summary": {"orders": person.spending.told(), "redemptions": _redemptions(person)},
        "birthdate": person.birthdate,
        "metadata": dict(person.metadata) or None,
        "referrals": {"total": len(person.referrals), "campaigns": list(person.referrals)},
        "source_id": person.source_id,
        "created_at": iso(person.created_at),
        "updated_at": person.updated_at and iso(person.updated_at),
        "description": person.description,
        "system_metadata": {"consents": dict(person.consents)} if person.consents else {},
    }
    return {key: value for key, value in shown.items() if value is not None}


def simple(person: Person) -> dict[str, Any]:
    """The customer as most events name the one they are about."""
    return {
        "id": person.id,
        "name": person.name,
        "email": person.email,
        "source_id": person.source_id,
        "metadata": dict(person.metadata),
        "object": "customer",
    }


def unexpanded(customer_id: str) -> dict[str, Any]:
    """The customer inside an order, whose nulls mean "not included"."""
    hidden = dict.fromkeys(("address", "summary", "loyalty", "referrals"))
    return {"id": customer_id, **hidden, "object": "customer"}


def _loyalty(person: Person, friends: str) -> dict[str, Any]:
    campaigns: dict[str, Any] = {
        card.campaign.name: {"points": card.points, "loyalty_tier": card.tier.id, "referred_customers": 0}
        for card in person.cards
    }
    if person.referred:
        campaigns[friends] = {"points": 0, "referred_customers": person.referred}
    return {"points": person.points, "campaigns": campaigns, "referred_customers": person.referred}


def _redemptions(person: Person) -> dict[str, Any]:
    return {
        "gift": {"amount_to_go": 0, "redeemed_amount": 0},
        "loyalty_card": {"points_to_go": person.points, "redeemed_points": 0},
        "total_failed": 0,
        "total_redeemed": person.redemptions,
        "total_succeeded": person.redemptions,
        "total_rolled_back": 0,
        "total_rollback_failed": 0,
        "total_rollback_succeeded": 0,
    }
