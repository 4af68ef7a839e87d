"""The programmes customers take part in."""

from tortoise.indexes import Index

from models.base import Mirrored
from models.columns import Id, Long, Moment, Text


class Campaign(Mirrored):
    """A campaign. Its type is what Voucherify calls campaign_type, such as LOYALTY_PROGRAM."""

    name = Text(null=True)
    type = Text(null=True)
    created_at = Moment(null=True)
    updated_at = Moment(null=True)

    class Meta:
        table = "campaign"
        indexes = (Index(fields=("name", "id")),)


class LoyaltyTier(Mirrored):
    """A step of a loyalty programme, reached from and held up to a number of points."""

    campaign_id = Id(null=True)
    name = Text(null=True)
    points_from = Long(null=True)
    points_to = Long(null=True)
    created_at = Moment(null=True)
    updated_at = Moment(null=True)

    class Meta:
        table = "loyalty_tier"
