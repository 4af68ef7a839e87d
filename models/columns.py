"""Column types that mean the same on SQLite and PostgreSQL.

Text compares by code point on both. A moment is text of fixed form, `2024-02-01T10:42:59.594Z`, so that it sorts,
compares and leaves the database without conversion.
"""

import json
from typing import Any

from tortoise import fields


def dump_json(value: Any) -> str:
    """Compact JSON, as SQLite stores it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def load_json(text: str | bytes) -> Any:
    """What `dump_json` wrote."""
    return json.loads(text)


class Text(fields.CharField[Any]):
    """Text of any length, ordered by code point whatever the database's locale."""

    SQL_TYPE = "TEXT"

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 1_000_000)
        super().__init__(**options)

    class _db_postgres:  # noqa: N801
        SQL_TYPE = 'TEXT COLLATE "C"'


class Id(Text):
    """Text without quotes, backslashes or control characters: safe between quotes as it is."""


class Moment(Id):
    """A point in time, UTC, milliseconds, `2024-02-01T10:42:59.594Z`."""


class Day(Id):
    """A calendar day, `1974-01-02`."""


class Long(fields.BigIntField):
    """An integer of 64 bits; amounts are minor currency units."""


class Flag(fields.BooleanField):  # type: ignore[type-arg]
    """True, false or, where nobody told, null."""


class Json(fields.JSONField[Any]):
    """Any JSON value."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("encoder", dump_json)
        options.setdefault("decoder", load_json)
        super().__init__(**options)
