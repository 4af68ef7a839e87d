"""How Voucherify tells of cards, codes and the points on them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gql_app.demo.campaigns import COUPON, REFERRAL
from gql_app.demo.cast import Card, Person
from gql_app.demo.moments import iso
from gql_app.demo.portrait import simple


def loyalty_card(card: Card, holder: Person, at: datetime) -> dict[str, Any]:
    """A card with its points, changed at that moment."""
    worth = {"loyalty_card": {"points": card.points, "balance": card.points}, "type": "LOYALTY_CARD"}
    redemption = {"quantity": None, "redeemed_quantity": 0, "redeemed_points": 0}
    return _voucher(card, holder, at, worth | {"redemption": redemption})


def discount_code(card: Card, holder: Person, at: datetime) -> dict[str, Any]:
    """A code just used: a referrer's as often as friends came, this one counted; a coupon once."""
    again = card.campaign.kind == REFERRAL
    times = holder.referred if again else 1
    redemption = {"quantity": None if again else 1, "redeemed_quantity": times}
    worth = {"discount": dict(COUPON), "type": "DISCOUNT_VOUCHER", "redemption": redemption}
    return _voucher(card, holder, at, worth)


@dataclass(frozen=True)
class Addition:
    """Points put on someone's card by hand; the card counts them already."""

    transaction_id: str
    card: Card
    points: int
    reason: str

    def told(self, holder: Person, at: datetime) -> dict[str, Any]:
        """The addition as its event carries it; there, unlike elsewhere, the customer has no e-mail."""
        customer = {key: value for key, value in simple(holder).items() if key != "email"}
        return {
            "customer": customer,
            "campaign": self.card.campaign.told(),
            "voucher": loyalty_card(self.card, holder, at),
            "balance": self._balance(),
            "transaction": self._transaction(at),
        }

    def _balance(self) -> dict[str, Any]:
        return {
            "type": "loyalty_card",
            "total": self.card.points,
            "object": "balance",
            "points": self.points,
            "balance": self.card.points,
            "related_object": {"id": self.card.id, "type": "voucher"},
        }

    def _transaction(self, at: datetime) -> dict[str, Any]:
        return {
            "id": self.transaction_id,
            "source_id": None,
            "voucher_id": self.card.id,
            "campaign_id": self.card.campaign.id,
            "source": "voucherify-web-ui",
            "reason": self.reason,
            "type": "POINTS_ADDITION",
            "details": {"balance": self._balance()},
            "related_transaction_id": None,
            "created_at": iso(at),
        }


def _voucher(card: Card, holder: Person, at: datetime, worth: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": card.id,
        "code": card.code,
        **worth,
        "campaign": card.campaign.name,
        "campaign_id": card.campaign.id,
        "is_referral_code": card.campaign.kind == REFERRAL,
        "holder_id": holder.id,
        "category_id": None,
        "active": True,
        "created_at": iso(card.issued_at),
        "updated_at": iso(at),
        "start_date": None,
        "expiration_date": None,
        "metadata": {},
        "object": "voucher",
    }
