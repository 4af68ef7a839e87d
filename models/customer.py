"""Who is in the programme."""

from typing import ClassVar

from tortoise.indexes import Index

from models.base import Beneath, Mirrored
from models.columns import Day, Flag, Id, Json, Long, Moment, Text


class Customer(Mirrored):
    """A customer as Voucherify last told of them, kept with deleted_at set after they are deleted."""

    parts: ClassVar[tuple[str, ...]] = (
        "address",
        "summary.orders",
        "summary.redemptions.gift",
        "summary.redemptions.loyaltyCard",
        "summary.redemptions",
        "loyalty",
        "referrals",
    )

    source_id = Text(null=True)
    name = Text(null=True)
    email = Text(null=True)
    phone = Text(null=True)
    birthdate = Day(null=True)
    description = Text(null=True)
    address_city = Text(null=True)
    address_state = Text(null=True)
    address_line1 = Text(null=True)
    address_line2 = Text(null=True)
    address_country = Text(null=True)
    address_postal_code = Text(null=True)
    summary_orders_total_count = Long(null=True)
    summary_orders_total_amount = Long(null=True)
    summary_orders_average_amount = Long(null=True)
    summary_orders_last_order_amount = Long(null=True)
    summary_orders_last_order_date = Moment(null=True)
    summary_redemptions_total_redeemed = Long(null=True)
    summary_redemptions_total_failed = Long(null=True)
    summary_redemptions_total_succeeded = Long(null=True)
    summary_redemptions_total_rolled_back = Long(null=True)
    summary_redemptions_total_rollback_failed = Long(null=True)
    summary_redemptions_total_rollback_succeeded = Long(null=True)
    summary_redemptions_gift_redeemed_amount = Long(null=True)
    summary_redemptions_gift_amount_to_go = Long(null=True)
    summary_redemptions_loyalty_card_redeemed_points = Long(null=True)
    summary_redemptions_loyalty_card_points_to_go = Long(null=True)
    loyalty_points = Long(null=True)
    loyalty_referred_customers = Long(null=True)
    loyalty_told = Flag(null=True)
    referrals_total = Long(null=True)
    referrals_told = Flag(null=True)
    metadata = Json(null=True)
    created_at = Moment(null=True)
    updated_at = Moment(null=True)
    deleted_at = Moment(null=True)

    version = Long(db_default=0)
    completeness = Long(db_default=0)
    told_at = Moment(null=True)
    received_at = Moment(null=True)
    verified_at = Moment(null=True)
    source = Id(null=True)
    changed = Long(null=True)
    """The journal's position of the last change."""

    class Meta:
        table = "customer"
        indexes = (
            Index(fields=("source_id",)),
            Index(fields=("email",)),
            Index(fields=("name", "id")),
            Index(fields=("created_at", "id")),
            Index(fields=("updated_at", "id")),
            Index(fields=("changed", "id")),
            Index(fields=("loyalty_points", "id")),
            Index(fields=("summary_orders_total_amount", "id")),
            Index(fields=("summary_orders_total_count", "id")),
            Index(fields=("summary_orders_last_order_date", "id")),
            Index(fields=("address_city", "id")),
        )


class Consent(Beneath):
    """What the customer agreed to, or did not (system_metadata.consents)."""

    path: ClassVar[str] = "consents.{consent_id}"
    owner: ClassVar[tuple[str, str] | None] = ("Customer", "customer_id")

    consent_id = Id()
    granted = Flag(null=True)
    date = Moment(null=True)

    class Meta:
        table = "consent"
        indexes = (Index(fields=("customer_id", "consent_id")),)
