"""Cells of a table as the API would say them. What is wrong with one is said without its value."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from gql_app.files.headings import Kind
from gql_app.voucherify.values import day, identifier, instant

WHOLE = re.compile(r"[+-]?\d{1,16}(\.0+)?\Z", re.ASCII)
SURROGATE = re.compile("[\ud800-\udfff]")
DECIMAL = re.compile(r"[+-]?\d{1,14}(\.\d{1,2}0*)?\Z", re.ASCII)


class BadCell(ValueError):
    """The value cannot be what its column holds."""


def whole_number(cell: str) -> int:
    """A count, or points."""
    if not WHOLE.match(cell):
        raise BadCell("is no whole number")
    return int(cell.partition(".")[0])


def minor_amount(cell: str) -> int:
    """An amount in minor units, as the API gives it."""
    if "." in cell or "," in cell:
        raise BadCell("is no amount in minor units: say --amounts major where 77.00 means 77.00")
    return whole_number(cell)


def major_amount(cell: str) -> int:
    """An amount in units of the currency, of which minor units are hundredths."""
    if not DECIMAL.match(cell):
        raise BadCell("is no amount such as 77.00")
    return int(Decimal(cell) * 100)


def _text(cell: str) -> str:
    if not cell.isascii() and SURROGATE.search(cell):
        raise BadCell("is not UTF-8")
    return cell


def _known_id(cell: str) -> str:
    if identifier(cell) is None:
        raise BadCell("is none that Voucherify gives")
    return cell


def _time(cell: str) -> str:
    if instant(cell) is None:
        raise BadCell("is no time such as 2026-03-03T10:00:00Z")
    return cell


def _day(cell: str) -> str:
    if day(cell) is None:
        raise BadCell("is no day such as 1974-01-02")
    return cell


READERS: dict[Kind, Callable[[str], Any]] = {
    "id": _known_id,
    "text": _text,
    "number": whole_number,
    "amount": minor_amount,
    "time": _time,
    "day": _day,
}
