"""What may be asked about campaigns, tiers, standings and referrals."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from gql_app.reads.declare import Computed, One, Page, Rollup, asked, needing, rows_of, shown
from gql_app.reads.figures import FIGURES
from gql_app.reads.scopes import CUSTOMERS, PROGRAMMES, RAW
from gql_app.types.node import Node, PageInfo
from gql_app.types.scalars import JSON, DateTime, Decimal, Long
from gql_app.types.sorting import LoyaltyCampaignSort
from models import Campaign as StoredCampaign
from models import LoyaltyCampaign as StoredStanding
from models import LoyaltyTier as StoredTier
from models import Referral as StoredReferral

LazyCustomer = Annotated["Customer", strawberry.lazy("gql_app.types.customer")]  # type: ignore[name-defined] # noqa: F821
LazyMembers = Annotated["LoyaltyCampaignConnection", strawberry.lazy("gql_app.types.loyalty")]

LIVING = "EXISTS (SELECT 1 FROM customer c WHERE c.id = {inner}.customer_id AND c.deleted_at IS NULL)"


def _sum(column: str) -> Computed:
    postgres, sqlite = (FIGURES[name].exact_sum(f"{{row}}.{column}") for name in ("postgres", "sqlite"))
    return Computed(f"'\"'||coalesce({postgres},'0')||'\"'", f"'\"'||coalesce({sqlite},'0')||'\"'")


@needing(CUSTOMERS)
class CampaignTotals:
    """Sums over a campaign's members in the mirror."""

    members: Long = shown("How many customers.", Computed("count(*)::text", "CAST(count(*) AS TEXT)"))
    points: Decimal = shown("All their points.", _sum("points"))
    referred_customers: Decimal = shown("All the customers they referred.", _sum("referred_customers"))


@rows_of(StoredCampaign, PROGRAMMES)
class Campaign(Node):
    """A campaign of any kind."""

    id: strawberry.ID = shown("Voucherify's id, camp_...")
    name: str | None = shown("Its name, by which customers' standings refer to it.")
    type: str | None = shown("Voucherify's campaign_type, such as LOYALTY_PROGRAM.")
    totals: CampaignTotals = shown(
        "Sums over the members in the mirror.",
        Rollup(StoredStanding, "{inner}.name = {outer}.name AND " + LIVING),
    )

    @asked(Page("{inner}.name = {outer}.name AND " + LIVING, key="customer_id"))
    def members(
        self,
        first: int | None = 20,
        after: str | None = UNSET,
        order_by: LoyaltyCampaignSort | None = UNSET,
    ) -> LazyMembers:
        """The standings of the customers in it, by customer id where no order is given."""


@rows_of(StoredTier, PROGRAMMES)
class LoyaltyTier(Node):
    """A step of a loyalty programme."""

    id: strawberry.ID = shown("Voucherify's id, ltr_...")
    name: str | None = shown("Its name.")
    points_from: Long | None = shown("Reached with this many points.")
    points_to: Long | None = shown("Held up to this many points.")


@rows_of(StoredStanding, CUSTOMERS)
class LoyaltyCampaign(Node):
    """A customer's standing in one campaign. A number that was not told is null, never zero."""

    id: strawberry.ID = shown("Stable for the same customer and campaign name.")
    name: str = shown("The campaign's name.")
    points: Long | None = shown("Points.")
    tier_id: strawberry.ID | None = shown("The tier's id.")
    referred_customers: Long | None = shown("How many customers were referred in it.")
    redeemed_points: Long | None = shown("Points spent.")
    points_to_go: Long | None = shown("Points left to spend.")
    unknown_fields: JSON | None = shown("Received, but not modelled in this version.", needs=RAW)
    campaign: Campaign | None = shown(
        "The campaign itself, where an event told of it.",
        One("{inner}.name = {outer}.name", order="{inner}.id"),
    )
    tier: LoyaltyTier | None = shown("The tier itself, where an event told of it.", One("{inner}.id = {outer}.tier_id"))


@rows_of(StoredReferral, CUSTOMERS)
class Referral:
    """How a customer was referred. Voucherify sends objects, sometimes only a campaign's name: anything may be null."""

    campaign_name: str | None = shown("The campaign's name.")
    campaign_id: strawberry.ID | None = shown("The campaign's id.")
    referrer_id: strawberry.ID | None = shown("The id of the customer who referred.")
    referrer: LazyCustomer | None = shown(
        "The customer who referred, where the mirror knows them.", One("{inner}.id = {outer}.referrer_id")
    )
    related_object_id: strawberry.ID | None = shown("What the referral was made with, such as a redemption.")
    related_object_type: str | None = shown("What kind of thing that is.")
    date: DateTime | None = shown("When.")


@rows_of(StoredStanding, CUSTOMERS)
class LoyaltyCampaignEdge:
    """A standing's place in a list."""

    cursor: str = shown("For `after`.")
    node: LoyaltyCampaign = shown("The standing.")
    customer: LazyCustomer = shown("Whose it is.", One("{inner}.id = {outer}.customer_id"))


@rows_of(StoredStanding, CUSTOMERS)
class LoyaltyCampaignConnection:
    """A page of standings."""

    edges: list[LoyaltyCampaignEdge] = shown("The standings with their cursors and customers.")
    page_info: PageInfo = shown("Where this page stands.")


@rows_of(StoredCampaign, PROGRAMMES)
class CampaignEdge:
    """A campaign's place in a list."""

    cursor: str = shown("For `after`.")
    node: Campaign = shown("The campaign.")


@rows_of(StoredCampaign, PROGRAMMES)
class CampaignConnection:
    """A page of campaigns."""

    edges: list[CampaignEdge] = shown("The campaigns with their cursors.")
    nodes: list[Campaign] = shown("The campaigns.")
    page_info: PageInfo = shown("Where this page stands.")
