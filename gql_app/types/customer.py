"""What may be asked about a customer."""

from enum import Enum
from typing import Annotated

import strawberry
from strawberry import UNSET

from gql_app.reads.declare import (
    Column,
    Computed,
    Embedded,
    Entries,
    Many,
    Money,
    One,
    Page,
    asked,
    described,
    enumerated,
    rows_of,
    shown,
)
from gql_app.types.activity import ActivityConnection
from gql_app.types.loyalty import LoyaltyCampaign, Referral
from gql_app.types.node import Count, MetadataEntry, Node, PageInfo
from gql_app.types.node import Money as MoneyType
from gql_app.types.order import METADATUM, OrderConnection
from gql_app.types.redemption import RedemptionConnection
from gql_app.types.scalars import JSON, Cursor, Date, DateTime, Long
from models import Consent
from models import Customer as StoredCustomer
from models import CustomerSegment as StoredSegment


@enumerated
class Completeness(Enum):
    """How much of a customer has been told."""

    STUB = strawberry.enum_value("STUB", description="Only mentioned in passing so far.")
    PARTIAL = strawberry.enum_value("PARTIAL", description="Some fields, told along with something else.")
    FULL = strawberry.enum_value("FULL", description="Voucherify told everything it knew at least once.")


@enumerated
class EventSource(Enum):
    """How we came to know."""

    WEBHOOK = strawberry.enum_value("WEBHOOK", description="Voucherify told us.")
    RECONCILE = strawberry.enum_value("RECONCILE", description="We asked and found a difference.")
    BACKFILL = strawberry.enum_value("BACKFILL", description="We asked for what was there before us.")
    IMPORT = strawberry.enum_value("IMPORT", description="From a file.")
    ADMIN = strawberry.enum_value("ADMIN", description="By the keeper's hand.")


@described
class Address:
    """Where a customer lives."""

    city: str | None = shown("City.")
    state: str | None = shown("State or region.")
    line1: str | None = shown("First line.")
    line2: str | None = shown("Second line.")
    country: str | None = shown("Country, as the merchant wrote it.")
    postal_code: str | None = shown("Postal code.")


@described
class OrdersSummary:
    """Lifetime sums over paid and fulfilled orders, as Voucherify computes them."""

    total_count: Long | None = shown("Number of orders.")
    total_amount: MoneyType | None = shown("Sum of the orders' amounts.", Money())
    average_amount: MoneyType | None = shown("Average amount of an order.", Money())
    last_order_amount: MoneyType | None = shown("Amount of the last order.", Money())
    last_order_date: DateTime | None = shown("When the last order was placed.")


@described
class GiftSummary:
    """Lifetime sums over gift cards."""

    redeemed_amount: MoneyType | None = shown("Spent so far.", Money())
    amount_to_go: MoneyType | None = shown("Left to spend.", Money())


@described
class LoyaltyCardSummary:
    """Lifetime sums over loyalty cards."""

    redeemed_points: Long | None = shown("Points spent so far.")
    points_to_go: Long | None = shown("Points left to spend.")


@described
class RedemptionsSummary:
    """Lifetime counts of redemptions."""

    total_redeemed: Long | None = shown("All redemptions.")
    total_failed: Long | None = shown("Those that failed.")
    total_succeeded: Long | None = shown("Those that succeeded.")
    total_rolled_back: Long | None = shown("Those that were rolled back.")
    total_rollback_failed: Long | None = shown("Rollbacks that failed.")
    total_rollback_succeeded: Long | None = shown("Rollbacks that succeeded.")
    gift: GiftSummary | None = shown("Gift cards.", Embedded())
    loyalty_card: LoyaltyCardSummary | None = shown("Loyalty cards.", Embedded())


@described
class CustomerSummary:
    """What Voucherify sums up over a customer's life."""

    orders: OrdersSummary | None = shown("Over orders.", Embedded())
    redemptions: RedemptionsSummary | None = shown("Over redemptions.", Embedded())


@described
class CustomerLoyalty:
    """A customer's points, over all campaigns and in each."""

    points: Long | None = shown(
        "Points over all cards, as Voucherify tells the sum; need not equal the campaigns' sum."
    )
    referred_customers: Long | None = shown("How many customers this one referred.")
    campaigns: list[LoyaltyCampaign] = shown(
        "Standings by campaign, sorted by name.",
        Many("{inner}.customer_id = {outer}.id", order="{inner}.name"),
    )

    @asked(One("{inner}.customer_id = {outer}.id AND {inner}.name = {name}"))
    def campaign(self, name: str) -> LoyaltyCampaign | None:
        """The standing in the campaign of this name."""


@described
class CustomerReferrals:
    """How a customer was referred."""

    total: Long | None = shown("How many referrals, as Voucherify tells.")
    campaigns: list[Referral] = shown(
        "In the order Voucherify sends them.",
        Many("{inner}.customer_id = {outer}.id", order="{inner}.position"),
    )


@rows_of(StoredSegment)
class CustomerSegment:
    """That a customer is in a segment."""

    id: strawberry.ID = shown("The segment's id.", Column("segment_id"))
    name: str | None = shown(
        "The segment's name.",
        Computed(
            "coalesce((SELECT to_json(s.name)::text FROM segment s WHERE s.id = {row}.segment_id),'null')",
            "coalesce((SELECT json_quote(s.name) FROM segment s WHERE s.id = {row}.segment_id),'null')",
        ),
    )
    entered_at: DateTime | None = shown("When the customer entered, where it was told.")


@rows_of(Consent)
class CustomerConsent:
    """What a customer agreed to, or did not."""

    id: strawberry.ID = shown("The consent's id, or `unsubscribed`.", Column("consent_id"))
    granted: bool | None = shown("Whether it was given.")
    date: DateTime | None = shown("When it was given or taken back.")


COMPLETENESS = "CASE {row}.completeness WHEN 2 THEN '\"FULL\"' WHEN 1 THEN '\"PARTIAL\"' ELSE '\"STUB\"' END"


@described
class Freshness:
    """How far this customer's data can be trusted to be current."""

    completeness: Completeness = shown("How much has been told.", Computed(COMPLETENESS, COMPLETENESS))
    received_at: DateTime = shown(
        "When we last heard something new.",
        Computed(
            "'\"'||coalesce({row}.received_at,'1970-01-01T00:00:00.000Z')||'\"'",
            "CASE typeof({row}.received_at) WHEN 'blob' THEN char(1)"
            " ELSE json_quote(coalesce({row}.received_at,'1970-01-01T00:00:00.000Z')) END",
        ),
    )
    verified_at: DateTime | None = shown("When it was last compared with Voucherify itself.")
    source: EventSource = shown(
        "How we came to know of the last change.",
        Computed(
            "'\"'||coalesce({row}.source,'WEBHOOK')||'\"'",
            "CASE typeof({row}.source) WHEN 'blob' THEN char(1) ELSE json_quote(coalesce({row}.source,'WEBHOOK')) END",
        ),
    )


@rows_of(StoredCustomer)
class Customer(Node):
    """Someone in the programme."""

    id: strawberry.ID = shown("Voucherify's id, cust_...")
    source_id: str | None = shown("The merchant's own id. After deletion the value before Voucherify renamed it.")
    name: str | None = shown("Full name.")
    email: str | None = shown("E-mail address; not unique.")
    phone: str | None = shown("Telephone number, as the merchant wrote it.")
    birthdate: Date | None = shown("Day of birth.")
    description: str | None = shown("The merchant's note.")
    address: Address | None = shown("Where they live; null where it was never told.", Embedded())
    summary: CustomerSummary | None = shown("Lifetime sums; null where they were never told.", Embedded())
    loyalty: CustomerLoyalty | None = shown("Points and standings; null where they were never told.", Embedded())
    referrals: CustomerReferrals | None = shown("How they were referred; null where it was never told.", Embedded())
    segments: list[CustomerSegment] = shown(
        "Segments the customer is in.",
        Many("{inner}.customer_id = {outer}.id AND {inner}.present", order="{inner}.segment_id"),
    )
    consents: list[CustomerConsent] = shown(
        "Consents, by id.", Many("{inner}.customer_id = {outer}.id", order="{inner}.consent_id")
    )
    created_at: DateTime | None = shown("When Voucherify created the profile.")
    updated_at: DateTime | None = shown("When Voucherify last changed the profile.")
    deleted_at: DateTime | None = shown("When the profile was deleted; null while it lives.")
    unknown_fields: JSON | None = shown("Received, but not modelled in this version.")
    version: Long = shown(
        "One more with each change of the customer or anything beneath it: drop a lower version than the one you hold."
    )
    freshness: Freshness = shown("How far this can be trusted to be current.", Embedded(prefix="", always=True))

    @asked(
        Page(
            "EXISTS (SELECT 1 FROM referral r WHERE r.customer_id = {inner}.id AND r.referrer_id = {outer}.id)"
            " AND {inner}.deleted_at IS NULL"
        )
    )
    def referred(
        self, first: int | None = 20, after: str | None = UNSET
    ) -> Annotated["CustomerConnection", strawberry.lazy("gql_app.types.customer")]:
        """Customers this one referred, as far as the mirror knows."""

    @asked(Page("{inner}.customer_id = {outer}.id"))
    def orders(
        self,
        first: int | None = 20,
        after: str | None = UNSET,
        last: int | None = UNSET,
        before: str | None = UNSET,
    ) -> OrderConnection:
        """The customer's orders, by id."""

    @asked(Page("{inner}.customer_id = {outer}.id"))
    def redemptions(self, first: int | None = 20, after: str | None = UNSET) -> RedemptionConnection:
        """The customer's redemptions and rollbacks, by id."""

    @asked(
        Page(
            "{inner}.customer_id = {outer}.id AND {inner}.verdict NOT IN ('quarantined','discarded')",
            is_number=True,
            newest_first=True,
            when={"types": "{inner}.event_type IN {types}"},
        )
    )
    def activity(
        self, first: int | None = 20, after: str | None = UNSET, types: list[str] | None = UNSET
    ) -> ActivityConnection:
        """Everything Voucherify told about this customer, newest first."""

    @asked(METADATUM)
    def metadatum(self, key: str) -> JSON | None:
        """One metadata value; null where the key is not there."""

    @asked(Entries("metadata", keys="keys"))
    def metadata(self, keys: list[str] | None = UNSET) -> list[MetadataEntry]:
        """Metadata by key, all of it or only these keys."""


@rows_of(StoredCustomer)
class CustomerEdge:
    """A customer's place in a list."""

    cursor: str = shown("For `after` and `before`.")
    node: Customer = shown("The customer.")


@rows_of(StoredCustomer)
class CustomerConnection:
    """A page of customers."""

    edges: list[CustomerEdge] = shown("The customers with their cursors.")
    nodes: list[Customer] = shown("The customers.")
    page_info: PageInfo = shown("Where this page stands.")
    snapshot_cursor: Cursor = shown(
        "The journal position this page was read at: `customerChanges(after:)` goes on from it without a gap."
    )

    @asked(Column())
    def total_count(self, cap: int | None = 10_000) -> Count | None:
        """How many there are in all; counted only when asked for, and no further than the cap."""
