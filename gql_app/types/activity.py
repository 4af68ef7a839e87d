"""What may be asked about what Voucherify told."""

import strawberry

from gql_app.reads.declare import Column, Computed, One, rows_of, shown
from gql_app.reads.scopes import CUSTOMERS, RAW
from gql_app.types.loyalty import Campaign
from gql_app.types.node import Node, PageInfo
from gql_app.types.order import Order
from gql_app.types.redemption import Redemption
from gql_app.types.scalars import JSON, DateTime
from models import InboxEvent

SAID_POSTGRES = (
    "(SELECT replace((CASE WHEN json_typeof(said->'event') = 'object'"
    " AND json_typeof(said->'data') = 'object'"
    " THEN said->'data' ELSE said END)::text, '\\ufdd0\\ufdd1', '\\u0000')"
    " FROM (SELECT replace(convert_from({row}.body,'UTF8'),"
    " '\\u0000', '\\ufdd0\\ufdd1')::json AS said) AS body)"
)
"""PostgreSQL takes no JSON with \\u0000 apart, so two characters that nobody writes stand in for it."""

LAST = "(SELECT {what} FROM json_each(said) WHERE key = '{key}' ORDER BY id DESC LIMIT 1)"
"""Of a key that is there twice the last counts, as everywhere; json_extract would take the first."""

SAID_SQLITE = (
    f"(SELECT CASE WHEN {LAST.format(what='type', key='event')} = 'object'"
    f" AND {LAST.format(what='type', key='data')} = 'object'"
    f" THEN {LAST.format(what='json(value)', key='data')} ELSE json(said) END"
    " FROM (SELECT CAST({row}.body AS TEXT) AS said) AS body)"
)
UNDERSTOOD = (
    "CASE WHEN {{row}}.verdict IN ('quarantined','discarded') OR length({{row}}.body) = 0 OR NOT {{row}}.is_strict"
    " THEN 'null' ELSE {said} END"
)
DATA = Computed(UNDERSTOOD.format(said=SAID_POSTGRES), UNDERSTOOD.format(said=SAID_SQLITE))
"""The data object, also where it came without an envelope. What was not understood, or breaks the rules of JSON (NaN,
half a surrogate pair), no database takes apart.
"""


@rows_of(InboxEvent, CUSTOMERS)
class Activity(Node):
    """One thing Voucherify told."""

    id: strawberry.ID = shown("act_ and a number.", Computed("'\"act_'||{row}.id||'\"'", "'\"act_'||{row}.id||'\"'"))
    type: str = shown("Voucherify's event type, such as customer.order.created.", Column("event_type"))
    occurred_at: DateTime | None = shown("When it happened, as Voucherify says.")
    received_at: DateTime = shown("When we received it.")
    campaign: Campaign | None = shown("The campaign it was about.", One("{inner}.id = {outer}.campaign_id"))
    order: Order | None = shown("The order it was about.", One("{inner}.id = {outer}.order_id"))
    redemption: Redemption | None = shown("The redemption it was about.", One("{inner}.id = {outer}.redemption_id"))
    data: JSON | None = shown(
        "The event's data, as received; null where it was not understood, is not strictly JSON, or is no longer kept.",
        DATA,
        RAW,
    )


@rows_of(InboxEvent, CUSTOMERS)
class ActivityEdge:
    """An activity's place in a list."""

    cursor: str = shown("For `after`.")
    node: Activity = shown("The activity.")


@rows_of(InboxEvent, CUSTOMERS)
class ActivityConnection:
    """A page of activities."""

    edges: list[ActivityEdge] = shown("The activities with their cursors.")
    nodes: list[Activity] = shown("The activities.")
    page_info: PageInfo = shown("Where this page stands.")
