"""In which orders lists may be asked for. A field's value is its column."""

from enum import Enum

import strawberry

from gql_app.reads.declare import enumerated


@enumerated
class SortDirection(Enum):
    """Which end comes first."""

    ASC = strawberry.enum_value("ASC", description="The smallest first.")
    DESC = strawberry.enum_value("DESC", description="The greatest first.")


@enumerated
class NullsOrder(Enum):
    """Where rows without a value stand."""

    FIRST = strawberry.enum_value("FIRST", description="Before all others, whatever the direction.")
    LAST = strawberry.enum_value("LAST", description="After all others, whatever the direction.")


@enumerated
class CustomerSortField(Enum):
    """By what customers may be sorted. Text is compared by code point."""

    ID = strawberry.enum_value("id", description="Voucherify's id.")
    CREATED_AT = strawberry.enum_value("created_at", description="When the profile was created.")
    UPDATED_AT = strawberry.enum_value("updated_at", description="When Voucherify last changed the profile.")
    NAME = strawberry.enum_value("name", description="Name, capital letters before small ones.")
    LOYALTY_POINTS = strawberry.enum_value("loyalty_points", description="Points over all cards.")
    ORDERS_TOTAL_AMOUNT = strawberry.enum_value(
        "summary_orders_total_amount", description="Lifetime sum of orders, in minor units."
    )
    ORDERS_TOTAL_COUNT = strawberry.enum_value("summary_orders_total_count", description="Lifetime number of orders.")
    LAST_ORDER_DATE = strawberry.enum_value(
        "summary_orders_last_order_date", description="When the last order was placed."
    )
    CHANGED = strawberry.enum_value(
        "changed", description="When the mirror last saw a change of the customer or anything beneath it."
    )


@enumerated
class OrderSortField(Enum):
    """By what orders may be sorted."""

    ID = strawberry.enum_value("id", description="Voucherify's id.")
    CREATED_AT = strawberry.enum_value("created_at", description="When it was placed.")
    UPDATED_AT = strawberry.enum_value("updated_at", description="When it last changed.")
    TOTAL_AMOUNT = strawberry.enum_value("total_amount", description="After discounts, in minor units.")


@enumerated
class LoyaltyCampaignSortField(Enum):
    """By what a campaign's members may be sorted."""

    CUSTOMER_ID = strawberry.enum_value("customer_id", description="The customer's id.")
    POINTS = strawberry.enum_value("points", description="Points in this campaign; who has none told comes last.")


DIRECTION = "Which end comes first."
NULLS = "Where rows without a value stand."


@strawberry.input(description="One of the things customers are sorted by.")
class CustomerSort:
    """One of the things customers are sorted by."""

    field: CustomerSortField = strawberry.field(description="By what.")
    direction: SortDirection = strawberry.field(default=SortDirection.ASC, description=DIRECTION)
    nulls: NullsOrder | None = strawberry.field(default=NullsOrder.LAST, description=NULLS)


@strawberry.input(description="One of the things orders are sorted by.")
class OrderSort:
    """One of the things orders are sorted by."""

    field: OrderSortField = strawberry.field(description="By what.")
    direction: SortDirection = strawberry.field(default=SortDirection.DESC, description=DIRECTION)
    nulls: NullsOrder | None = strawberry.field(default=NullsOrder.LAST, description=NULLS)


@strawberry.input(description="How a campaign's members are sorted.")
class LoyaltyCampaignSort:
    """How a campaign's members are sorted."""

    field: LoyaltyCampaignSortField = strawberry.field(description="By what.")
    direction: SortDirection = strawberry.field(default=SortDirection.DESC, description=DIRECTION)
