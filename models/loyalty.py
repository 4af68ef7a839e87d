"""How customers stand in campaigns, and who brought them."""

from typing import ClassVar

from tortoise.indexes import Index

from models.base import Beneath
from models.columns import Id, Long, Moment, Text


class LoyaltyCampaign(Beneath):
    """A customer's standing in one campaign, keyed by the name of the campaign. Not told is null, never zero."""

    path: ClassVar[str] = "loyalty.campaigns.{name}"
    owner: ClassVar[tuple[str, str] | None] = ("Customer", "customer_id")

    name = Text()
    points = Long(null=True)
    tier_id = Id(null=True)
    referred_customers = Long(null=True)
    redeemed_points = Long(null=True)
    points_to_go = Long(null=True)

    class Meta:
        table = "loyalty_campaign"
        indexes = (
            Index(fields=("customer_id", "name")),
            Index(fields=("name", "customer_id")),
            Index(fields=("name", "points", "customer_id")),
            Index(fields=("tier_id", "customer_id")),
        )


class Referral(Beneath):
    """How the customer came to a campaign. Voucherify sends objects, and sometimes a bare campaign name."""

    path: ClassVar[str] = "referrals.campaigns.{position}"
    owner: ClassVar[tuple[str, str] | None] = ("Customer", "customer_id")

    position = Long()
    campaign_name = Text(null=True)
    campaign_id = Id(null=True)
    referrer_id = Id(null=True)
    related_object_id = Id(null=True)
    related_object_type = Text(null=True)
    date = Moment(null=True)

    class Meta:
        table = "referral"
        indexes = (Index(fields=("customer_id", "position")), Index(fields=("referrer_id", "customer_id")))
