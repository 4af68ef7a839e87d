"""What every mirrored row carries."""

from typing import ClassVar

from tortoise.models import Model

from models.columns import Id, Json, Text

__all__ = ["Beneath", "Mirrored", "Model"]


class Mirrored(Model):
    """A row that tells what Voucherify said last, field by field.

    `stamps` holds, per field, which telling set it (see `gql_app.mirror.stamps`). There are no foreign-key
    constraints: a row may point at what has not been told yet.
    """

    path: ClassVar[str] = ""
    """Where the row stands beneath its customer in the journal, as in `orders.{id}`."""

    parts: ClassVar[tuple[str, ...]] = ()
    """The API's nested objects that are columns here: `summary.orders` owns `summary_orders_total_count`."""

    owner: ClassVar[tuple[str, str] | None] = None
    """Model and column of the row that tells this one as part of a whole list, as in ("Order", "order_id")."""

    id = Id(primary_key=True)
    project_id = Id(null=True)
    stamps = Text(default="{}", db_default="{}")
    unknown_fields = Json(null=True)

    class Meta:
        abstract = True


class Beneath(Mirrored):
    """A row that belongs to one customer."""

    customer_id = Id(null=True)

    class Meta:
        abstract = True
