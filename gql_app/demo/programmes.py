"""The campaigns of the story."""

from dataclasses import dataclass
from datetime import datetime

from gql_app.demo.campaigns import COUPONS, LOYALTY, REFERRAL, Campaign, Tier
from gql_app.demo.chance import Chance

TOP = 1_000_000
HARBOUR_TIERS = (("Sailor", 0, 199), ("Mate", 200, 599), ("Captain", 600, TOP))
GREEN_TIERS = (("Seed", 0, 49), ("Sapling", 50, 149), ("Oak", 150, TOP))


@dataclass(frozen=True)
class Campaigns:
    """All campaigns of the story."""

    harbour: Campaign
    green: Campaign
    friends: Campaign
    coupons: Campaign


def founded(chance: Chance, created_at: datetime) -> Campaigns:
    """The campaigns, with ids of this story's own."""

    def campaign(name: str, kind: str, steps: tuple[tuple[str, int, int], ...] = ()) -> Campaign:
        tiers = tuple(Tier(chance.digits("ltr_"), *step) for step in steps)
        return Campaign(chance.letters("camp_"), name, kind, created_at, tiers)

    return Campaigns(
        harbour=campaign("Harbour Club", LOYALTY, HARBOUR_TIERS),
        green=campaign("Green Miles", LOYALTY, GREEN_TIERS),
        friends=campaign("Bring a Friend", REFERRAL),
        coupons=campaign("Warm Welcome", COUPONS),
    )
