"""What may be asked about many customers at once."""

from enum import Enum

import strawberry

from gql_app.reads.declare import (
    Beside,
    Column,
    Document,
    Groups,
    Own,
    Stats,
    Truncated,
    described,
    enumerated,
    needing,
    shown,
)
from gql_app.reads.scopes import CUSTOMERS, ORDERS
from gql_app.types.scalars import Decimal, Long
from models import Customer as StoredCustomer
from models import CustomerSegment as StoredSegment
from models import LoyaltyCampaign as StoredStanding


@enumerated
class CustomerGroupField(Enum):
    """What customers have that they may be grouped by."""

    COUNTRY = strawberry.enum_value(Own("address_country"), description="The address's country.")
    CITY = strawberry.enum_value(Own("address_city"), description="The address's city.")
    SEGMENT = strawberry.enum_value(
        Beside(StoredSegment, "segment_id", where="b.present"), description="Each segment's id that they are in."
    )
    TIER = strawberry.enum_value(
        Beside(StoredStanding, "tier_id", is_unique=False), description="Each loyalty tier's id that they have."
    )


@enumerated
class TimeTrunc(Enum):
    """The part of the calendar that a time is in, named by its first day, UTC, as in 2024-02-01."""

    DAY = strawberry.enum_value(Truncated("created_at", "createdAt", "day"), description="The day.")
    WEEK = strawberry.enum_value(
        Truncated("created_at", "createdAt", "week"), description="The ISO week, by its Monday."
    )
    MONTH = strawberry.enum_value(Truncated("created_at", "createdAt", "month"), description="The month.")
    YEAR = strawberry.enum_value(Truncated("created_at", "createdAt", "year"), description="The year.")


@strawberry.input(one_of=True, description="One thing to group customers by; exactly one must be given.")
class CustomerGroupBy:
    """One thing to group customers by."""

    field: strawberry.Maybe[CustomerGroupField] = strawberry.field(description="Something they have.")
    loyalty_campaign: strawberry.Maybe[bool] = strawberry.field(
        description="True: the name of each campaign in which they have a standing."
    )
    metadata_path: strawberry.Maybe[str] = strawberry.field(
        description="The dotted path of a metadata value; a list or an object counts as no value."
    )
    created_at_trunc: strawberry.Maybe[TimeTrunc] = strawberry.field(description="When their profile was created.")


CUSTOMERS_GROUPED = Groups(
    StoredCustomer,
    by="groupBy",
    owner="customer_id",
    members={"loyaltyCampaign": Beside(StoredStanding, "name"), "metadataPath": Document("metadata")},
)


@described
class GroupKey:
    """What the customers of a group have in common."""

    name: str = shown("What was grouped by: COUNTRY, loyaltyCampaign, metadata.path, createdAt.", Column())
    value: str | None = shown("The value they share; null for those without one.", Column())


@described
class LongStats:
    """Of the customers of a group for whom the number was told."""

    sum: Decimal | None = shown("The exact sum.")
    avg: float | None = shown("The average.")
    min: Long | None = shown("The smallest.")
    max: Long | None = shown("The greatest.")


@needing(CUSTOMERS)
class CustomerAggregate:
    """A group of customers."""

    group: list[GroupKey] = shown("What they have in common, in the order of groupBy; empty where nothing was.")
    count: Long = shown("How many.")
    loyalty_points: LongStats | None = shown(
        "Points over all cards; null where nobody's were told.", Stats("loyalty_points")
    )
    orders_total_amount: LongStats | None = shown(
        "Lifetime sums of orders, in minor units; null where nobody's were told.",
        Stats("summary_orders_total_amount"),
        ORDERS,
    )
    orders_total_count: LongStats | None = shown(
        "Lifetime numbers of orders; null where nobody's were told.", Stats("summary_orders_total_count"), ORDERS
    )
