"""Scalars beyond GraphQL's own five. Values are read into the form in which they are stored."""

from decimal import Decimal as PythonDecimal
from typing import Any, NewType

import strawberry
from graphql import GraphQLError

from gql_app.voucherify.values import LARGEST_LONG, moment
from gql_app.voucherify.values import day as stored_day

DateTime = NewType("DateTime", str)
Date = NewType("Date", str)
Long = NewType("Long", int)
Decimal = NewType("Decimal", str)
JSON = NewType("JSON", object)
Cursor = NewType("Cursor", str)


def _read_moment(value: Any) -> str:
    found = moment(value)
    if found is None:
        raise GraphQLError(f"DateTime cannot represent {value!r}: write RFC 3339, as in 2024-02-01T10:42:59.594Z.")
    return found


def _read_day(value: Any) -> str:
    if not isinstance(value, str) or len(value) != 10 or stored_day(value) is None:
        raise GraphQLError(f"Date cannot represent {value!r}: write YYYY-MM-DD.")
    return value


def _read_long(value: Any) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > LARGEST_LONG:
        raise GraphQLError(f"Long cannot represent {value!r}: an integer within ±(2^53-1) is needed.")
    return value


def _read_text(value: Any) -> str:
    if not isinstance(value, str):
        raise GraphQLError("Cursor cannot represent a value that is not a string.")
    return value


SCALARS: dict[object, Any] = {
    DateTime: strawberry.scalar(
        name="DateTime",
        description="RFC 3339, UTC with Z, milliseconds, such as 2024-02-01T10:42:59.594Z."
        " Offsets are accepted in arguments.",
        specified_by_url="https://scalars.graphql.org/andimarek/date-time.html",
        serialize=str,
        parse_value=_read_moment,
    ),
    Date: strawberry.scalar(
        name="Date",
        description="A calendar day, YYYY-MM-DD.",
        specified_by_url="https://scalars.graphql.org/andimarek/local-date.html",
        serialize=str,
        parse_value=_read_day,
    ),
    Long: strawberry.scalar(
        name="Long",
        description="An integer within ±(2^53-1), a JSON number."
        " GraphQL's Int has 32 bits, too few for amounts in minor units.",
        serialize=int,
        parse_value=_read_long,
    ),
    Decimal: strawberry.scalar(
        name="Decimal",
        description="An exact decimal number, as a string.",
        serialize=str,
        parse_value=lambda value: str(PythonDecimal(value)),
    ),
    JSON: strawberry.scalar(
        name="JSON",
        description="Any JSON value: free-form metadata, and fields this version does not know.",
        specified_by_url="https://ecma-international.org/publications-and-standards/standards/ecma-404/",
        serialize=lambda value: value,
        parse_value=lambda value: value,
    ),
    Cursor: strawberry.scalar(
        name="Cursor",
        description="A position in the journal of changes. Opaque: only the server can compare two of them.",
        serialize=str,
        parse_value=_read_text,
    ),
}
