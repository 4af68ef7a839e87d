"""Which customers and orders are meant. Fields given together must all hold; a field that is null was not given."""

from enum import Enum
from typing import Annotated

import strawberry

from gql_app.reads.declare import enumerated
from gql_app.reads.filterable import Beneath, Document, Joined, Kept, Own, compared, filters
from gql_app.types.operators import DateFilter, DateTimeFilter, IDFilter, LongFilter, MetadataFilter, StringFilter
from gql_app.types.order import OrderStatus
from models import Customer as StoredCustomer
from models import CustomerSegment as StoredSegment
from models import LoyaltyCampaign as StoredStanding
from models import Order as StoredOrder
from models import OrderItem as StoredItem

AND = "All of these hold; an empty list always does."
OR = "One of these holds at least; an empty list never does."
NOT = "This does not hold; exactly the others are found."


@enumerated
class DeletedFilter(Enum):
    """Whether deleted customers are meant."""

    EXCLUDE = strawberry.enum_value("EXCLUDE", description="Only those that are not deleted.")
    INCLUDE = strawberry.enum_value("INCLUDE", description="Deleted ones as well.")
    ONLY = strawberry.enum_value("ONLY", description="Only deleted ones.")


@filters(StoredOrder)
class OrderFilter:
    """Which orders are meant."""

    id: IDFilter | None = compared("Voucherify's id, ord_...")
    status: list[OrderStatus] | None = compared("One of these; an empty list finds nothing.")
    total_amount: LongFilter | None = compared("After discounts, in minor currency units.")
    created_at: DateTimeFilter | None = compared("When it was placed, UTC.")
    product_id: IDFilter | None = compared(
        "Any of its lines' products; isNull finds orders without.", Beneath(StoredItem, "order_id", value="product_id")
    )
    customer_id: IDFilter | None = compared("Who placed it.")
    metadata: MetadataFilter | None = compared("The order's metadata, at one path.", Document("metadata"))
    and_: list["OrderFilter"] | None = compared(AND, Joined("all"), name="and")
    or_: list["OrderFilter"] | None = compared(OR, Joined("some"), name="or")
    not_: Annotated["OrderFilter", strawberry.lazy("gql_app.types.filters")] | None = compared(
        NOT, Joined("not"), name="not"
    )


@filters(StoredStanding)
class LoyaltyCampaignFilter:
    """Which of a customer's standings are meant."""

    name: StringFilter | None = compared("The campaign's name.")
    points: LongFilter | None = compared("Points in this campaign.")
    tier_id: IDFilter | None = compared("The tier's id, ltr_...")


@filters(StoredCustomer)
class CustomerFilter:
    """Which customers are meant."""

    id: IDFilter | None = compared("Voucherify's id, cust_...")
    source_id: StringFilter | None = compared("The merchant's own id.")
    name: StringFilter | None = compared("Full name.")
    email: StringFilter | None = compared("E-mail address.")
    phone: StringFilter | None = compared("Telephone number, as the merchant wrote it.")
    birthdate: DateFilter | None = compared("Day of birth.")
    country: StringFilter | None = compared("Country, as the merchant wrote it.", Own("address_country"))
    city: StringFilter | None = compared("City.", Own("address_city"))
    created_at: DateTimeFilter | None = compared("When Voucherify created the profile, UTC.")
    updated_at: DateTimeFilter | None = compared("When Voucherify last changed the profile, UTC.")
    loyalty_points: LongFilter | None = compared("Points over all cards, as Voucherify tells the sum.")
    orders_total_amount: LongFilter | None = compared(
        "All orders' amount, in minor currency units.", Own("summary_orders_total_amount")
    )
    orders_total_count: LongFilter | None = compared("How many orders.", Own("summary_orders_total_count"))
    last_order_date: DateTimeFilter | None = compared(
        "When the last order was placed, UTC.", Own("summary_orders_last_order_date")
    )
    any_loyalty_campaign: LoyaltyCampaignFilter | None = compared(
        "A standing in some campaign for which all of this holds.", Beneath(StoredStanding, "customer_id")
    )
    any_order: OrderFilter | None = compared(
        "An order for which all of this holds; `{}` is any order.", Beneath(StoredOrder, "customer_id")
    )
    segment_id: IDFilter | None = compared(
        "Any of the segments the customer is in; isNull finds those in none.",
        Beneath(StoredSegment, "customer_id", value="segment_id", only="present"),
    )
    metadata: MetadataFilter | None = compared("The customer's metadata, at one path.", Document("metadata"))
    deleted: DeletedFilter | None = compared(
        "Whether deleted customers are meant. Within and, or and not only ONLY says anything.",
        Kept("deleted_at", exclude=DeletedFilter.EXCLUDE, only=DeletedFilter.ONLY),
        default=DeletedFilter.EXCLUDE,
    )
    and_: list["CustomerFilter"] | None = compared(AND, Joined("all"), name="and")
    or_: list["CustomerFilter"] | None = compared(OR, Joined("some"), name="or")
    not_: Annotated["CustomerFilter", strawberry.lazy("gql_app.types.filters")] | None = compared(
        NOT, Joined("not"), name="not"
    )


CustomersMeant = Annotated[
    CustomerFilter | None,
    strawberry.argument(description="Which customers are meant; without a word all that are not deleted."),
]
OrdersMeant = Annotated[OrderFilter | None, strawberry.argument(description="Which orders are meant.")]
