"""What customers bought."""

from typing import ClassVar

from tortoise.indexes import Index

from models.base import Beneath
from models.columns import Id, Json, Long, Moment, Text


class Order(Beneath):
    """An order. Its customer may be one we have not been told about yet. Amounts are minor currency units."""

    path: ClassVar[str] = "orders.{id}"

    source_id = Text(null=True)
    status = Id(default="UNKNOWN", db_default="UNKNOWN")
    raw_status = Text(null=True)
    amount = Long(null=True)
    discount_amount = Long(null=True)
    total_amount = Long(null=True)
    currency = Text(null=True)
    referrer_id = Id(null=True)
    metadata = Json(null=True)
    created_at = Moment(null=True)
    updated_at = Moment(null=True)

    class Meta:
        table = "order"
        indexes = (
            Index(fields=("customer_id", "id")),
            Index(fields=("created_at", "id")),
            Index(fields=("updated_at", "id")),
            Index(fields=("total_amount", "id")),
        )


class OrderItem(Beneath):
    """A line of an order. Voucherify gives items no reliable key: they are replaced as a whole, by position."""

    path: ClassVar[str] = "orders.{order_id}.items.{position}"
    owner: ClassVar[tuple[str, str] | None] = ("Order", "order_id")

    order_id = Id()
    position = Long()
    product_id = Id(null=True)
    sku_id = Id(null=True)
    source_id = Text(null=True)
    product_name = Text(null=True)
    quantity = Long(null=True)
    price = Long(null=True)
    amount = Long(null=True)
    discount_amount = Long(null=True)
    subtotal_amount = Long(null=True)
    currency = Text(null=True)

    class Meta:
        table = "order_item"
        indexes = (Index(fields=("order_id", "position")), Index(fields=("product_id", "order_id")))
