"""What Voucherify said, to the byte."""

from typing import ClassVar

from tortoise import fields
from tortoise.indexes import Index, PartialIndex
from tortoise.models import Model

from models.columns import Flag, Id, Long, Moment, Text


class InboxEvent(Model):
    """One delivery. The row that keeps the bytes is the row that stops repeats, by its unique key."""

    node_key: ClassVar[str] = (
        "{inner}.id = CASE WHEN substr({wanted},1,4) = 'act_' AND length({wanted}) BETWEEN 5 AND 22"
        " AND ltrim(substr({wanted},5),'0123456789') = '' THEN CAST(substr({wanted},5) AS BIGINT) END"
        " AND 'act_'||{inner}.id = {wanted}"
    )
    """How a row is found by its public id, `act_` and its number, with the primary key's index."""

    id = Long(primary_key=True)
    key = Text(unique=True)
    body_hash = Text()
    body = fields.BinaryField()
    project_id = Text(null=True)
    event_id = Text(null=True)
    event_type = Text()
    entity_id = Id(null=True)
    customer_id = Id(null=True)
    order_id = Id(null=True)
    redemption_id = Id(null=True)
    campaign_id = Id(null=True)
    source = Id()
    occurred_at = Moment(null=True)
    received_at = Moment()
    verdict = Text()
    reason = Text(null=True)
    is_strict = Flag(default=False, db_default=False)

    class Meta:
        table = "inbox"
        indexes = (
            Index(fields=("entity_id", "id")),
            Index(fields=("customer_id", "id")),
            PartialIndex(fields=("verdict", "id"), condition={"verdict": "quarantined"}),
        )
