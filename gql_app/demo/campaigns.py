"""What a campaign is, and how Voucherify tells of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gql_app.demo.chance import BASE62
from gql_app.demo.moments import iso

LOYALTY, REFERRAL, COUPONS = "LOYALTY_PROGRAM", "REFERRAL_PROGRAM", "DISCOUNT_COUPONS"
COUPON_PERCENT, COUPON_LIMIT = 10, 3000
COUPON = {
    "type": "PERCENT",
    "amount_limit": COUPON_LIMIT,
    "percent_off": COUPON_PERCENT,
    "effect": "APPLY_TO_ORDER",
}


@dataclass(frozen=True)
class Tier:
    """A step of a loyalty programme; both ends of its points belong to it."""

    id: str
    name: str
    first: int
    last: int

    def told(self, campaign: "Campaign") -> dict[str, Any]:
        """The tier as events carry it."""
        points = {"from": self.first, "to": self.last}
        return {
            "id": self.id,
            "name": self.name,
            "campaign_id": campaign.id,
            "metadata": {},
            "created_at": iso(campaign.created_at),
            "updated_at": None,
            "earning_rules": {},
            "rewards": {},
            "config": {"points": points},
            "points": dict(points),
            "object": "loyalty_tier",
        }


@dataclass(frozen=True)
class Campaign:
    """A loyalty, referral or coupon campaign; only loyalty has tiers."""

    id: str
    name: str
    kind: str
    created_at: datetime
    tiers: tuple[Tier, ...] = ()

    def tier(self, points: int) -> Tier:
        """The step on which someone with so many points stands."""
        return next(tier for tier in self.tiers if tier.first <= points <= tier.last)

    def told(self) -> dict[str, Any]:
        """The campaign as events carry it."""
        loyalty, created_at = self.kind == LOYALTY, iso(self.created_at)
        return {
            "id": self.id,
            "name": self.name,
            "campaign_type": self.kind,
            "type": "AUTO_UPDATE",
            "is_referral_code": self.kind == REFERRAL,
            "voucher": _voucher(self),
            "auto_join": loyalty,
            "join_once": loyalty,
            "active": True,
            "category_id": None,
            "category": None,
            "metadata": {},
            "start_date": None,
            "expiration_date": None,
            "description": None,
            "created_at": created_at,
            "updated_at": created_at,
            "object": "campaign",
        } | ({"referral_program": {"conversion_event_type": "redemption"}} if self.kind == REFERRAL else {})


def _voucher(campaign: Campaign) -> dict[str, Any]:
    worth = {"type": "LOYALTY_CARD", "loyalty_card": {"points": 0}}
    if campaign.kind != LOYALTY:
        worth = {"type": "DISCOUNT_VOUCHER", "discount": COUPON | {"units": None}}
    code = {"length": 8, "prefix": "", "charset": BASE62, "pattern": "########", "postfix": ""}
    return worth | {"redemption": {"quantity": None, "redeemed_quantity": 0}, "code_config": code}
