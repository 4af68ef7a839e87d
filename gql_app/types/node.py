"""What everything with an id and every list has in common."""

import strawberry

from gql_app.reads.declare import described, shown
from gql_app.types.scalars import JSON, Decimal, Long


@strawberry.interface(
    description="Something with an id of its own. Voucherify's ids are unique and prefixed (cust_, ord_, camp_),"
    " so they are used as they are."
)
class Node:
    """Something with an id of its own."""

    id: strawberry.ID = shown("Unique over all types.")


@described
class PageInfo:
    """Where a page stands in its list."""

    has_next_page: bool = shown("Whether there is more after this page.")
    has_previous_page: bool = shown("Whether there is more before this page.")
    start_cursor: str | None = shown("The cursor of the page's first edge, for `before`.")
    end_cursor: str | None = shown("The cursor of the page's last edge, for `after`.")


@described
class Count:
    """How many there are, counted no further than asked."""

    value: Long = shown("The number; the cap where there are more.")
    exact: bool = shown("False where counting stopped at the cap.")


@described
class Money:
    """An amount. Voucherify keeps integers of hundredths and no currency; orders may name one in metadata.currency."""

    minor_units: Long = shown("Hundredths, as Voucherify sends them.")
    amount: Decimal = shown('The same with two decimals, such as "25.00".')
    currency: str | None = shown("ISO 4217, where the order's metadata names one.")


@described
class MetadataEntry:
    """One key of free-form metadata."""

    key: str = shown("The key, as the merchant wrote it.")
    value: JSON | None = shown("The value, of any JSON type.")
