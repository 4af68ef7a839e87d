"""The mirror's own tables as ordinary Tortoise models with relations; only the columns that the runs need."""

from typing import Any

from tortoise import Tortoise, fields
from tortoise.models import Model

from gql_app.database.address import SqliteAddress, read_address

Standings = fields.ReverseRelation["Standing"]
Orders = fields.ReverseRelation["Order"]
Items = fields.ReverseRelation["OrderItem"]


def text(**options: Any) -> Any:
    """A text column."""
    return fields.CharField(max_length=1_000_000, **options)


class Customer(Model):
    """A customer."""

    id = text(primary_key=True)
    source_id = text(null=True)
    name = text(null=True)
    email = text(null=True)
    phone = text(null=True)
    birthdate = text(null=True)
    address_city = text(null=True)
    address_line1 = text(null=True)
    address_country = text(null=True)
    address_postal_code = text(null=True)
    summary_orders_total_count = fields.BigIntField(null=True)
    summary_orders_total_amount = fields.BigIntField(null=True)
    summary_orders_last_order_date = text(null=True)
    loyalty_points = fields.BigIntField(null=True)
    created_at = text(null=True)
    updated_at = text(null=True)
    deleted_at = text(null=True)
    standings: Standings
    orders: Orders

    class Meta:
        table = "customer"


class Tier(Model):
    """A step of a loyalty programme."""

    id = text(primary_key=True)
    name = text(null=True)

    class Meta:
        table = "loyalty_tier"


class Standing(Model):
    """How a customer stands in a campaign."""

    id = text(primary_key=True)
    customer: Any = fields.ForeignKeyField("bench.Customer", related_name="standings", db_constraint=False)
    tier: Any = fields.ForeignKeyField("bench.Tier", related_name="standings", null=True, db_constraint=False)
    name = text()
    points = fields.BigIntField(null=True)

    class Meta:
        table = "loyalty_campaign"


class Order(Model):
    """An order."""

    id = text(primary_key=True)
    customer: Any = fields.ForeignKeyField("bench.Customer", related_name="orders", null=True, db_constraint=False)
    status = text(default="UNKNOWN")
    total_amount = fields.BigIntField(null=True)
    currency = text(null=True)
    created_at = text(null=True)
    updated_at = text(null=True)
    items: Items

    class Meta:
        table = "order"


class OrderItem(Model):
    """A line of an order."""

    id = text(primary_key=True)
    order: Any = fields.ForeignKeyField("bench.Order", related_name="items", db_constraint=False)
    customer_id = text(null=True)
    position = fields.BigIntField()
    product_name = text(null=True)
    quantity = fields.BigIntField(null=True)
    price = fields.BigIntField(null=True)
    currency = text(null=True)

    class Meta:
        table = "order_item"


class JournalEntry(Model):
    """A change, in the mirror's own journal."""

    position = fields.BigIntField(primary_key=True, generated=False)
    customer_id = text()
    kind = text()
    version = fields.BigIntField()
    changes = fields.JSONField[Any]()

    class Meta:
        table = "journal"


class RawEvent(Model):
    """A delivery as it came; the one table that the mirror does not have in this form."""

    key = text(primary_key=True)
    event_type = text()
    body = fields.BinaryField()
    received_at = text()

    class Meta:
        table = "raw_event"


class Counter(Model):
    """How far the plain way's journal has come: one row, locked by whoever writes."""

    id = fields.IntField(primary_key=True)
    position = fields.BigIntField(default=0)

    class Meta:
        table = "plain_counter"


class Change(Model):
    """A row of the plain way's journal."""

    position = fields.BigIntField(primary_key=True, generated=False)
    customer_id = text()
    event_key = text()
    changes = fields.JSONField[Any]()

    class Meta:
        table = "plain_journal"


async def connect(url: str, connections: int) -> None:
    """Connects Tortoise, as durable as Customer Graph is."""
    address = read_address(url)
    credentials: dict[str, Any]
    if isinstance(address, SqliteAddress):
        engine = "tortoise.backends.sqlite"
        credentials = {"file_path": address.path, "synchronous": "FULL", "foreign_keys": "OFF"}
    else:
        engine = "tortoise.backends.asyncpg"
        settings = {"synchronous_commit": "on", "jit": "off"}
        credentials = address.options() | {
            "minsize": 1,
            "maxsize": connections,
            "server_settings": settings,
        }
    connection = {"engine": engine, "credentials": credentials}
    apps = {"bench": {"models": ["bench.contestants.tables"], "default_connection": "default"}}
    await Tortoise.init(config={"connections": {"default": connection}, "apps": apps}, _enable_global_fallback=True)
