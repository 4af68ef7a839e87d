"""How values may be compared in filters. Several operators in one input must all hold."""

import strawberry

from gql_app.reads.filterable import compared, operators
from gql_app.types.scalars import Date, DateTime, Long

MISSING = "Whether there is no value (true) or some value (false)."


@operators
class StringFilter:
    """Compares text by code point. Operators given together must all hold; an operator must not be null."""

    eq: str | None = compared("Equal. Nothing equals a missing value: ask for those with isNull.")
    ne: str | None = compared("Not equal, or no value at all.")
    in_: list[str] | None = compared("Equal to one of at most 1,000; an empty list finds nothing.", name="in")
    not_in: list[str] | None = compared("Equal to none of at most 1,000, or no value; an empty list finds everything.")
    starts_with: str | None = compared("Begins with this, word for word: there are no wildcards.")
    contains: str | None = compared("Has this in it, word for word: there are no wildcards.")
    case_insensitive: bool | None = compared(
        "Take upper and lower case for the same, in every script and in no language's own way, for all operators here.",
        default=False,
    )
    is_null: bool | None = compared(MISSING)


@operators
class IDFilter:
    """Compares ids. Over several values, as a customer has segments, it asks whether any of them compares so."""

    eq: strawberry.ID | None = compared("Equal.")
    in_: list[strawberry.ID] | None = compared("Equal to one of at most 1,000; an empty list finds nothing.", name="in")
    is_null: bool | None = compared(MISSING)


@operators
class LongFilter:
    """Compares integers: points, counts, amounts in minor currency units."""

    eq: Long | None = compared("Equal.")
    ne: Long | None = compared("Not equal, or no value at all.")
    gt: Long | None = compared("Greater.")
    gte: Long | None = compared("Greater or equal.")
    lt: Long | None = compared("Less.")
    lte: Long | None = compared("Less or equal.")
    in_: list[Long] | None = compared("Equal to one of at most 1,000; an empty list finds nothing.", name="in")
    is_null: bool | None = compared(MISSING)


@operators
class NumberFilter:
    """Compares numbers of any kind, as IEEE doubles: 10 is greater than 9. What is no number is a missing value."""

    eq: float | None = compared("Equal.")
    ne: float | None = compared("Not equal, or no number at all.")
    gt: float | None = compared("Greater.")
    gte: float | None = compared("Greater or equal.")
    lt: float | None = compared("Less.")
    lte: float | None = compared("Less or equal.")
    in_: list[float] | None = compared("Equal to one of at most 1,000; an empty list finds nothing.", name="in")


@operators
class DateTimeFilter:
    """Compares moments, to the millisecond, whatever the offset they are written with; kept as UTC."""

    eq: DateTime | None = compared("The same moment.")
    gt: DateTime | None = compared("Later.")
    gte: DateTime | None = compared("Then or later.")
    lt: DateTime | None = compared("Earlier.")
    lte: DateTime | None = compared("Then or earlier.")
    is_null: bool | None = compared(MISSING)


@operators
class DateFilter:
    """Compares calendar days."""

    eq: Date | None = compared("The same day.")
    gt: Date | None = compared("Later.")
    gte: Date | None = compared("That day or later.")
    lt: Date | None = compared("Earlier.")
    lte: Date | None = compared("That day or earlier.")
    is_null: bool | None = compared(MISSING)


@operators
class MetadataFilter:
    """Looks at one place in the metadata. JSON types are kept apart: the number 10 is not the string \"10\"."""

    path: str = compared(
        "Where to look: keys joined by dots, as in `tier.level`; `\\.` is a dot within a key, `\\\\` a backslash."
        " In a list a number counts elements from 0, or from the end where it is negative.",
        default=strawberry.UNSET,
    )
    exists: bool | None = compared("Whether there is anything at the path, be it null.")
    string: StringFilter | None = compared("The string there; what is no string is a missing value.")
    number: NumberFilter | None = compared("The number there; what is no number is a missing value.")
    boolean: bool | None = compared("Whether just this, true or false, is there.")
    date: DateTimeFilter | None = compared(
        "The moment that a string there tells: ISO 8601, a day is its midnight, without an offset UTC."
        " Anything else is a missing value."
    )
