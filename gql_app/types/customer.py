"""What may be asked about a customer."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from gql_app.reads.declare import (
    Column,
    Computed,
    Embedded,
    Entries,
    Many,
    One,
    Page,
    asked,
    described,
    rows_of,
    shown,
)
from gql_app.reads.scopes import CUSTOMERS, PII, RAW
from gql_app.types.activity import ActivityConnection
from gql_app.types.filters import OrdersMeant
from gql_app.types.freshness import Freshness
from gql_app.types.loyalty import LoyaltyCampaign, Referral
from gql_app.types.node import Count, MetadataEntry, Node, PageInfo
from gql_app.types.order import METADATUM, OrderConnection
from gql_app.types.redemption import RedemptionConnection
from gql_app.types.scalars import JSON, Cursor, Date, DateTime, Long
from gql_app.types.sorting import OrderSort
from gql_app.types.summary import CustomerSummary
from models import Consent
from models import Customer as StoredCustomer
from models import CustomerSegment as StoredSegment


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


@rows_of(StoredSegment, CUSTOMERS)
class CustomerSegment:
    """That a customer is in a segment."""

    id: strawberry.ID = shown("The segment's id, the same for everyone in it.", Column("segment_id"))
    name: str | None = shown(
        "The segment's name.",
        Computed(
            "coalesce((SELECT to_json(s.name)::text FROM segment s WHERE s.id = {row}.segment_id),'null')",
            "coalesce((SELECT json_quote(s.name) FROM segment s WHERE s.id = {row}.segment_id),'null')",
        ),
    )
    entered_at: DateTime | None = shown("When the customer entered, where it was told.")


@rows_of(Consent, CUSTOMERS)
class CustomerConsent:
    """What a customer agreed to, or did not."""

    id: strawberry.ID = shown("The consent's id, or `unsubscribed`; the same for everyone asked.", Column("consent_id"))
    granted: bool | None = shown("Whether it was given.")
    date: DateTime | None = shown("When it was given or taken back.")


@rows_of(StoredCustomer, CUSTOMERS)
class Customer(Node):
    """Someone in the programme."""

    id: strawberry.ID = shown("Voucherify's id, cust_...")
    source_id: str | None = shown("The merchant's own id. After deletion the value before Voucherify renamed it.")
    name: str | None = shown("Full name.", needs=PII)
    email: str | None = shown("E-mail address; not unique.", needs=PII)
    phone: str | None = shown("Telephone number, as the merchant wrote it.", needs=PII)
    birthdate: Date | None = shown("Day of birth.", needs=PII)
    description: str | None = shown("The merchant's note.")
    address: Address | None = shown("Where they live; null where it was never told.", Embedded(), PII)
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
    unknown_fields: JSON | None = shown("Received, but not modelled in this version.", needs=RAW)
    version: Long = shown(
        "One more with each change of the customer or anything beneath it: drop a lower version than the one you hold."
    )
    freshness: Freshness = shown("How far this can be trusted to be current.", Embedded(prefix="", always=True))

    @asked(
        Page(
            "{inner}.id IN (SELECT r.customer_id FROM referral r WHERE r.referrer_id = {outer}.id)"
            " AND {inner}.deleted_at IS NULL"
        )
    )
    def referred(
        self, first: int | None = 20, after: str | None = UNSET
    ) -> Annotated["CustomerConnection", strawberry.lazy("gql_app.types.customer")]:
        """Customers this one referred, as far as the mirror knows."""

    @asked(Page("{inner}.customer_id = {outer}.id"))
    def orders(  # noqa: PLR0917 - GraphQL's arguments
        self,
        first: int | None = 20,
        after: str | None = UNSET,
        last: int | None = UNSET,
        before: str | None = UNSET,
        filter: OrdersMeant = UNSET,
        order_by: list[OrderSort] | None = UNSET,
    ) -> OrderConnection:
        """The customer's orders, by id where no order is given."""

    @asked(Page("{inner}.customer_id = {outer}.id"))
    def redemptions(self, first: int | None = 20, after: str | None = UNSET) -> RedemptionConnection:
        """The customer's redemptions and rollbacks, by id."""

    @asked(
        Page(
            "{inner}.customer_id = {outer}.id AND {inner}.verdict NOT IN ('quarantined','discarded')"
            " AND {inner}.source = 'WEBHOOK'",
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


@rows_of(StoredCustomer, CUSTOMERS)
class CustomerEdge:
    """A customer's place in a list."""

    cursor: str = shown("For `after` and `before`.")
    node: Customer = shown("The customer.")


@rows_of(StoredCustomer, CUSTOMERS)
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
