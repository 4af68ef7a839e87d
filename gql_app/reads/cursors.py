"""Page cursors: a row's place in an order, in hexadecimal, marked with the list and the order it belongs to."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from gql_app.errors import BadCursor
from gql_app.reads.builder import Builder, Row
from gql_app.reads.dialect import column
from gql_app.reads.order import Order
from gql_app.reads.text import literal
from gql_app.voucherify.values import UNSTORABLE

NUMBER = re.compile("[0-9]{1,18}")
READ = msgspec.json.Decoder(list[str | int | None])
LARGEST = 2**63 - 1
Place = tuple[str | int | None, ...]


@dataclass(frozen=True, slots=True)
class Cursors:
    """The cursors of one list in one order."""

    table: str
    order: Order

    @property
    def mark(self) -> str:
        """What they begin with; a list in its own order says only which list it is."""
        return f"{self.table}:" if self.order.is_own else f"{self.table} {self.order.mark}:"

    def written(self, builder: Builder, row: Row) -> str:
        """A row's cursor as an expression of JSON text."""
        said = f"{literal(self.mark)}||{self._said(builder, row)}"
        return f"'\"'||{builder.speech.hex(said)}||'\"'"

    def _said(self, builder: Builder, row: Row) -> str:
        """The key as it is, or where there is more the members of a JSON array."""
        if self.order.keys:
            names = (*(one.column for one in self.order.keys), self.order.key.column)
            return "||','||".join(f"({column(builder.speech, row.alias, row.model, name)})" for name in names)
        key = f"{row.alias}.{self.order.key.column}"
        return f"CAST({key} AS text)" if self.order.key.type == "bigint" else key

    def parameters(self, builder: Builder, cursor: Any) -> list[str]:
        """A parameter for each part of the place that each request's cursor says."""
        keys = (*self.order.keys, self.order.key)
        return [builder.parameter(cursor, key.type, self._part(number)) for number, key in enumerate(keys)]

    def _part(self, number: int) -> Callable[[Any], Any]:
        return lambda cursor: self.read(cursor)[number]

    def read(self, cursor: Any) -> Place:
        """The place that a cursor says; raises BadCursor where it is none of this list in this order."""
        said = _decoded(cursor)
        if not said.startswith(self.mark):
            raise self._foreign(cursor, said)
        place = self._place(said.removeprefix(self.mark))
        if place is None:
            raise self._foreign(cursor, said)
        return place

    def _place(self, said: str) -> Place | None:
        keys = (*self.order.keys, self.order.key)
        values = _members(said) if self.order.keys else [_key(said, self.order.key.type)]
        if values is None or len(values) != len(keys) or values[-1] is None:
            return None
        return tuple(values) if all(map(_fits, values, (one.type for one in keys))) else None

    def _foreign(self, cursor: Any, said: str) -> BadCursor:
        if said.startswith((f"{self.table} ", f"{self.table}:")):
            return BadCursor("This cursor belongs to this list in another order: ask for the order it was made with.")
        return BadCursor(f"{str(cursor)[:40]!r} is not a cursor of this list: use endCursor or an edge's cursor.")


def _decoded(cursor: Any) -> str:
    try:
        return bytes.fromhex(cursor).decode()
    except (ValueError, TypeError):
        return ""


def _members(said: str) -> list[Any] | None:
    try:
        return READ.decode(f"[{said}]")
    except msgspec.DecodeError:
        return None


def _key(said: str, kind: str) -> str | int | None:
    if kind == "text":
        return said
    return int(said) if NUMBER.fullmatch(said) else None


def _fits(value: Any, kind: str) -> bool:
    if value is None:
        return True
    if kind == "bigint":
        return isinstance(value, int) and abs(value) <= LARGEST
    return isinstance(value, str) and not UNSTORABLE.search(value)
