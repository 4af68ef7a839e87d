"""How far what is shown can be trusted to be current."""

from enum import Enum

import strawberry

from gql_app.reads.declare import Computed, described, enumerated, shown
from gql_app.types.scalars import DateTime


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
