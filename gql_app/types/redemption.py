"""What may be asked about redemptions."""

from typing import Annotated

import strawberry

from gql_app.reads.declare import Money, One, rows_of, shown
from gql_app.reads.scopes import ORDERS
from gql_app.types.loyalty import Campaign
from gql_app.types.node import Money as MoneyType
from gql_app.types.node import Node, PageInfo
from gql_app.types.order import Order
from gql_app.types.scalars import DateTime, Long
from models import Redemption as StoredRedemption

LazyCustomer = Annotated["Customer", strawberry.lazy("gql_app.types.customer")]  # type: ignore[name-defined] # noqa: F821


@rows_of(StoredRedemption, ORDERS)
class Redemption(Node):
    """A redemption of a voucher, or its rollback."""

    id: strawberry.ID = shown("Voucherify's id: r_, rf_ where it failed, rr_ and rrf_ for rollbacks.")
    status: str | None = shown("SUCCEEDED, FAILED or ROLLED BACK.")
    result: str | None = shown("SUCCESS or FAILURE.")
    amount: MoneyType | None = shown("Redeemed amount.", Money(currency="currency"))
    points: Long | None = shown("Redeemed points.")
    date: DateTime | None = shown("When.")
    campaign: Campaign | None = shown("Of which campaign.", One("{inner}.id = {outer}.campaign_id"))
    voucher_code: str | None = shown("The voucher's code.")
    order: Order | None = shown("With which order.", One("{inner}.id = {outer}.order_id"))
    customer: LazyCustomer | None = shown("By whom.", One("{inner}.id = {outer}.customer_id"))
    failure_code: str | None = shown("Why it failed, as a code.")
    failure_message: str | None = shown("Why it failed, in words.")


@rows_of(StoredRedemption, ORDERS)
class RedemptionEdge:
    """A redemption's place in a list."""

    cursor: str = shown("For `after`.")
    node: Redemption = shown("The redemption.")


@rows_of(StoredRedemption, ORDERS)
class RedemptionConnection:
    """A page of redemptions."""

    edges: list[RedemptionEdge] = shown("The redemptions with their cursors.")
    nodes: list[Redemption] = shown("The redemptions.")
    page_info: PageInfo = shown("Where this page stands.")
