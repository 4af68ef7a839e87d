"""What customers redeemed."""

from typing import ClassVar

from tortoise.indexes import Index

from models.base import Beneath
from models.columns import Id, Long, Moment, Text


class Redemption(Beneath):
    """A redemption or its rollback. The amount is in minor currency units."""

    path: ClassVar[str] = "redemptions.{id}"

    order_id = Id(null=True)
    campaign_id = Id(null=True)
    campaign_name = Text(null=True)
    voucher_code = Text(null=True)
    status = Text(null=True)
    result = Text(null=True)
    amount = Long(null=True)
    points = Long(null=True)
    currency = Text(null=True)
    date = Moment(null=True)
    failure_code = Text(null=True)
    failure_message = Text(null=True)

    class Meta:
        table = "redemption"
        indexes = (Index(fields=("customer_id", "id")), Index(fields=("order_id", "id")))
