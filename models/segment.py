"""Groups that Voucherify sorts customers into."""

from typing import ClassVar

from tortoise.indexes import Index

from models.base import Beneath, Mirrored
from models.columns import Flag, Id, Moment, Text


class Segment(Mirrored):
    """A customer segment."""

    name = Text(null=True)

    class Meta:
        table = "segment"


class CustomerSegment(Beneath):
    """That a customer is in a segment, or was (present is false after they left)."""

    path: ClassVar[str] = "segments.{segment_id}"

    segment_id = Id()
    present = Flag(default=True, db_default=True)
    entered_at = Moment(null=True)

    class Meta:
        table = "customer_segment"
        indexes = (Index(fields=("customer_id", "segment_id")), Index(fields=("segment_id", "customer_id")))
