"""Readers of single values: what can be stored alike on every database, or None.

Voucherify's own examples break its own schema, so nothing here raises: what is of the wrong type is not
understood.
"""

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from math import isfinite
from typing import Any

LARGEST_LONG = 2**53 - 1
"""GraphQL clients read numbers as IEEE doubles; beyond this they would lose digits."""

LONGEST_KEY = 1000
"""Bytes; indexed text must fit into a third of a PostgreSQL page."""

LONGEST_TIME = 40
"""Characters; no time is longer, with spaces around it."""

YEAR_10000 = 253_402_300_800_000_000
"""Microseconds since 1970; an offset can carry a time beyond what can be written with four digits."""

BEGIN = datetime(1970, 1, 1)
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
IDENTIFIER = re.compile(r"[!#-\[\]-~]{1,255}\Z", re.ASCII)
MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?\s*(Z|[+-]\d\d:?\d\d)?$", re.ASCII)


def text(value: Any) -> str | None:
    """A string without what PostgreSQL cannot store (NUL, lone surrogates); empty is None."""
    return storable(value) or None if isinstance(value, str) else None


def storable(said: str) -> str:
    """A string as every database holds it."""
    if said.isascii():
        return said.replace("\x00", "") if "\x00" in said else said
    return UNSTORABLE.sub("", said)


def key(value: Any) -> str | None:
    """A string short enough to be indexed."""
    said = storable(value) if isinstance(value, str) else None
    return said if said and (4 * len(said) <= LONGEST_KEY or len(said.encode()) <= LONGEST_KEY) else None


def identifier(value: Any) -> str | None:
    """A key of printable ASCII without quotes or backslashes, as every id of Voucherify's is."""
    return value if isinstance(value, str) and IDENTIFIER.match(value) else None


def long(value: Any) -> int | None:
    """An integer within ±(2^53-1), also where it was written as 5.0."""
    if type(value) is int:
        return value if -LARGEST_LONG <= value <= LARGEST_LONG else None
    return long(int(value)) if isinstance(value, float) and value.is_integer() else None


def flag(value: Any) -> bool | None:
    """True or false; nothing else is taken for either."""
    return value if isinstance(value, bool) else None


def instant(value: Any) -> int | None:
    """Microseconds since 1970, UTC, of an ISO 8601 time with 0 to 9 fraction digits and any offset."""
    return _instant(value) if isinstance(value, str) and len(value) <= LONGEST_TIME else None


@lru_cache(4096)
def _instant(said: str) -> int | None:
    found = MOMENT.match(said.strip())
    if found is None:
        return None
    day, time, fraction, offset = found.groups()
    try:
        at = datetime.fromisoformat(f"{day}T{time}{offset or 'Z'}")
        micros = int(at.timestamp()) * 1_000_000
    except (ValueError, OverflowError):
        return None
    micros += int((fraction or "0").ljust(6, "0")[:6])
    return micros if 0 <= micros < YEAR_10000 else None


def moment(value: Any) -> str | None:
    """The stored form of a time: `2024-02-01T10:42:59.594Z`."""
    return _moment(value) if isinstance(value, str) and len(value) <= LONGEST_TIME else None


@lru_cache(4096)
def _moment(said: str) -> str | None:
    micros = _instant(said)
    return None if micros is None else moment_at(micros)


@lru_cache(4096)
def moment_at(micros: int) -> str:
    """The stored form of microseconds since 1970, cut to milliseconds."""
    return f"{(BEGIN + timedelta(microseconds=micros)).isoformat(timespec='milliseconds')}Z"


def exact_moment_at(micros: int) -> str:
    """The same to the microsecond, for what is read again by `instant`."""
    return f"{moment_at(micros)[:-4]}{micros % 1_000_000:06d}Z"


def day(value: Any) -> str | None:
    """A calendar day, also where it was sent as a time."""
    said = text(value)
    try:
        return date.fromisoformat(said[:10]).isoformat() if said else None
    except ValueError:
        return None


def table(value: Any) -> dict[str, Any]:
    """An object, or an empty one where there is none."""
    return value if isinstance(value, dict) else {}


def person(value: Any) -> dict[str, Any]:
    """A customer; an empty object where it is something else, as the `holder` of some events is."""
    said = table(value)
    return said if said.get("object") in (None, "customer", "unconfirmed_customer") else {}


def rows(value: Any) -> list[Any]:
    """An array, or an empty one where there is none."""
    return value if isinstance(value, list) else []


def json(value: Any) -> Any:
    """Any JSON value as every database gives it back: no NUL, no surrogates, numbers beyond 2^53 as text."""
    if isinstance(value, str):
        return storable(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, dict):
        return {storable(name): json(part) for name, part in value.items()}
    if isinstance(value, list):
        return [json(part) for part in value]
    return _number(value)


def _number(value: Any) -> Any:
    if isinstance(value, float) and not isfinite(value):
        return None
    if abs(value) > LARGEST_LONG:
        return str(value)[:400]
    return int(value) if value == int(value) else value
