"""What may be asked about changes."""

from enum import Enum
from typing import Annotated

import strawberry

from gql_app.mirror.places import every_place
from gql_app.reads.declare import (
    Column,
    Computed,
    Embedded,
    Entries,
    One,
    Told,
    described,
    enumerated,
    needing,
    rows_of,
    shown,
)
from gql_app.reads.scopes import CUSTOMERS
from gql_app.types.customer import Customer
from gql_app.types.filters import CustomerFilter
from gql_app.types.freshness import EventSource
from gql_app.types.scalars import JSON, Cursor, DateTime, Long
from models import JournalEntry

CURSOR = "(SELECT '\"'||epoch||'.{scope}.'||{row}.position||'\"' FROM mirror_state WHERE id = 1)"

PATHS = tuple(Told(model, column, ends, begins) for model, column, begins, ends in every_place())
"""Whoever may not see a field is not told of its changes, either."""


@enumerated
class ChangeKind(Enum):
    """What happened to a customer, seen from who listens."""

    SNAPSHOT = strawberry.enum_value("SNAPSHOT", description="A row of the initial snapshot.")
    CREATED = strawberry.enum_value("CREATED", description="Told of for the first time.")
    UPDATED = strawberry.enum_value("UPDATED", description="Something changed.")
    ENTERED = strawberry.enum_value("ENTERED", description="Did not match the filter before, does now.")
    LEFT = strawberry.enum_value("LEFT", description="Matched the filter before, no longer does.")
    DELETED = strawberry.enum_value("DELETED", description="Deleted at Voucherify.")
    RECONCILED = strawberry.enum_value(
        "RECONCILED",
        description="Found by reconciliation: Voucherify sends no webhook for bulk, asynchronous and CSV writes.",
    )
    ERASED = strawberry.enum_value("ERASED", description="Erased from the mirror. Not yet sent by this version.")


@enumerated
class GapReason(Enum):
    """Why a stream cannot go on where it was."""

    CURSOR_EXPIRED = strawberry.enum_value("CURSOR_EXPIRED", description="The journal no longer reaches back so far.")
    CURSOR_UNKNOWN = strawberry.enum_value("CURSOR_UNKNOWN", description="The cursor is none of this journal's.")
    SLOW_CONSUMER = strawberry.enum_value("SLOW_CONSUMER", description="The client read too slowly.")
    PERMISSIONS_CHANGED = strawberry.enum_value(
        "PERMISSIONS_CHANGED", description="The cursor belongs to a viewer who may see something else."
    )
    JOURNAL_RESET = strawberry.enum_value("JOURNAL_RESET", description="The journal was begun anew.")


@strawberry.interface(description="One item of the stream of changes.")
class FeedItem:
    """One item of the stream of changes."""

    cursor: Cursor = shown("Where the stream stands after this item.")


@described
class FieldChange:
    """One field that changed."""

    path: str = shown("Where, such as loyalty.points or orders.ord_1.status.")
    before: JSON | None = shown("The value before; null where there was none.")
    after: JSON | None = shown("The value after; null where there is none any more.")


@described
class SourceEvent:
    """The event a change came from."""

    id: strawberry.ID | None = shown("Voucherify's event id.", Column("event_id"))
    type: str = shown("Voucherify's event type.", Column("event_type"))
    source: EventSource = shown("How we came to know.")
    project_id: str | None = shown("Voucherify's project id.")
    created_at: DateTime | None = shown("When it happened, as Voucherify says.", Column("event_created_at"))
    received_at: DateTime = shown("When we received it.")


@rows_of(JournalEntry, CUSTOMERS)
class CustomerChange(FeedItem):
    """One visible change of a customer or anything beneath it."""

    cursor: Cursor = shown("Where the stream stands after this change.", Computed(CURSOR, CURSOR))
    kind: ChangeKind = shown("What happened.")
    customer_id: strawberry.ID = shown("Whom it happened to.")
    customer: Customer | None = shown(
        "The customer as it stands at or after this change; null for DELETED.",
        One("{inner}.id = {outer}.customer_id AND {outer}.kind <> 'DELETED'"),
    )
    version: Long = shown("The customer's version after this change.")
    changes: list[FieldChange] = shown("What really changed.", Entries("changes", paths=PATHS))
    event: SourceEvent | None = shown(
        "The event it came from; null for SNAPSHOT.", Embedded(prefix="", witness="event_type")
    )
    occurred_at: DateTime | None = shown("When it happened.")
    received_at: DateTime = shown("When we received it.")
    late: bool = shown("Whether it is an older telling that arrived after a newer one.")


@needing(CUSTOMERS)
class FeedSnapshotEnd(FeedItem):
    """The snapshot is complete; what follows are changes."""

    cursor: Cursor = shown("Where the stream stands.")
    count: Long = shown("How many customers the snapshot had.")


@needing(CUSTOMERS)
class FeedGap(FeedItem):
    """The stream cannot go on where it was. Nothing is dropped silently: this says why, and where to start again."""

    cursor: Cursor = shown("The cursor that was given.")
    reason: GapReason = shown("Why.")
    restart_from: Cursor = shown("Where the stream goes on from.")
    refetch: bool = shown("Whether what the client holds must be fetched anew.")


@needing(CUSTOMERS)
class FeedProgress(FeedItem):
    """Nothing happened; the cursor moves on, so that resuming stays cheap."""

    cursor: Cursor = shown("Where the stream stands.")
    at: DateTime = shown("When this was said.")


@needing(CUSTOMERS)
class CustomerChangePage:
    """A stretch of the stream of changes, for those who ask for it rather than listen."""

    items: list[FeedItem] = shown("The changes in order, or a FeedGap.")
    next_cursor: Cursor = shown("The `after` of the next page.")
    up_to_date: bool = shown("Whether there is nothing more now.")


After = Annotated[
    Cursor | None,
    strawberry.argument(description="Go on after this cursor, which has been heard; without it, from now on."),
]
Snapshot = Annotated[
    bool | None,
    strawberry.argument(
        description="Begin with the customers who match, as SNAPSHOT, then FeedSnapshotEnd. With `after` only the rest"
        " of a snapshot that was left."
    ),
]
FeedFilter = Annotated[
    CustomerFilter | None,
    strawberry.argument(
        description="Changes of customers who match before or after: who begins to has ENTERED, who no longer does"
        " has LEFT. Without it changes of all, deleted ones included."
    ),
]
Kinds = Annotated[
    list[ChangeKind] | None,
    strawberry.argument(description="Only changes of these kinds; SNAPSHOT rows are sent whenever they are asked for."),
]
