"""What may be asked about what Voucherify told."""

import strawberry

from gql_app.reads.declare import Column, Computed, One, rows_of, shown
from gql_app.types.loyalty import Campaign
from gql_app.types.node import Node, PageInfo
from gql_app.types.order import Order
from gql_app.types.redemption import Redemption
from gql_app.types.scalars import JSON, DateTime
from models import InboxEvent

ENVELOPE_DATA = Computed(
    "(SELECT CASE WHEN said->'event' IS NULL THEN said ELSE said->'data' END::text"
    " FROM (SELECT convert_from({row}.body,'UTF8')::json AS said) AS body)",
    "CASE WHEN json_extract(CAST({row}.body AS TEXT),'$.event') IS NULL THEN json(CAST({row}.body AS TEXT))"
    " ELSE json(CAST({row}.body AS TEXT)->'$.data') END",
)


@rows_of(InboxEvent)
class Activity(Node):
    """One thing Voucherify told."""

    id: strawberry.ID = shown(
        "act_ and a number.", Computed("'\"act_'||{row}.id||'\"'", "'\"act_'||{row}.id||'\"'")
    )
    type: str = shown("Voucherify's event type, such as customer.order.created.", Column("event_type"))
    occurred_at: DateTime | None = shown("When it happened, as Voucherify says.")
    received_at: DateTime = shown("When we received it.")
    campaign: Campaign | None = shown("The campaign it was about.", One("{inner}.id = {outer}.campaign_id"))
    order: Order | None = shown("The order it was about.", One("{inner}.id = {outer}.order_id"))
    redemption: Redemption | None = shown(
        "The redemption it was about.", One("{inner}.id = {outer}.redemption_id")
    )
    data: JSON | None = shown("The event's data, as received.", ENVELOPE_DATA)


@rows_of(InboxEvent)
class ActivityEdge:
    """An activity's place in a list."""

    cursor: str = shown("For `after`.")
    node: Activity = shown("The activity.")


@rows_of(InboxEvent)
class ActivityConnection:
    """A page of activities."""

    edges: list[ActivityEdge] = shown("The activities with their cursors.")
    nodes: list[Activity] = shown("The activities.")
    page_info: PageInfo = shown("Where this page stands.")
