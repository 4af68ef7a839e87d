"""The rows of one page: where they come from, in which direction, how many.

Keyset paging: stable under inserts and deletes, and as quick deep inside a list as at its start.
"""

from dataclasses import dataclass
from typing import Any

from gql_app.errors import BadArgument
from gql_app.reads.builder import Builder, Row
from gql_app.reads.cursors import MARK, read_key, read_number_key
from gql_app.reads.declare import Page
from gql_app.reads.plan import Selected
from gql_app.reads.text import literal

DEFAULT_SIZE = 20
TURNED = {">": "<", "<": ">"}
BEHIND = {">": "<=", "<": ">="}


@dataclass(frozen=True, slots=True)
class Window:
    """A page's rows in SQL. `numbered` ones know their place and how many there are, one beyond the page included."""

    table: str
    inner: str
    base: str
    bounded: str
    opposite: str
    descending: bool
    backward: bool
    size: int
    key: str
    cursor: str
    numbered: bool

    @property
    def rows(self) -> str:
        """The rows, in the order in which clients see them."""
        way = "DESC" if self.descending is not self.backward else "ASC"
        order = f"ORDER BY {self.inner}.{self.key} {way}"
        limit = self.size + 1 if self.numbered else self.size
        limited = f'SELECT * FROM "{self.table}" {self.inner}{where(self.bounded)} {order} LIMIT {limit}'
        if not self.numbered:
            return f"({limited}) {self.inner}"
        counted = f"row_number() OVER ({order}) AS rn, count(*) OVER () AS total"
        numbered = f"SELECT {self.inner}.*, {counted} FROM ({limited}) {self.inner}"
        return f"(SELECT * FROM ({numbered}) {self.inner} ORDER BY {self.order}) {self.inner}"

    @property
    def order(self) -> str:
        """How numbered rows are put into the order in which clients see them."""
        return f"{self.inner}.rn {'DESC' if self.backward else 'ASC'}"

    @property
    def kept(self) -> str:
        """Which of the rows belong to the page; all where nothing is said."""
        return f"{self.inner}.rn<={self.size}" if self.numbered else ""

    @property
    def more(self) -> str:
        """Whether there is a row beyond the page, in the direction of paging."""
        return f"coalesce(max({self.inner}.total),0)>{self.size}"


def open_window(builder: Builder, selected: Selected, row: Row, kind: Page) -> Window:
    """The window that the arguments ask for; raises BadArgument where they make no sense."""
    connection = selected.beneath[0]
    assert connection.model is not None
    backward, size = _size(selected, builder.max_page)
    inner, table = builder.alias(), connection.model._meta.db_table
    base = builder.conditions(kind, selected, inner, row.alias)
    bounds = _bounds(builder, selected, kind)
    place = f"{inner}.{kind.key}"
    start = bounds.get("before" if backward else "after")
    beyond = " AND ".join([*base, f"{place}{BEHIND[start[0]]}{start[1]}"]) if start else ""
    shown_key = f"CAST({place} AS text)" if kind.is_number else place
    return Window(
        table=table,
        inner=inner,
        base=" AND ".join(base),
        bounded=" AND ".join([*base, *(f"{place}{sign}{value}" for sign, value in bounds.values())]),
        opposite=f'EXISTS (SELECT 1 FROM "{table}" {inner}{where(beyond)})' if beyond else "",
        descending=kind.newest_first,
        backward=backward,
        size=size,
        key=kind.key,
        cursor=f"'\"'||{builder.speech.hex(f'{literal(MARK)}||{shown_key}')}||'\"'",
        numbered=backward or any(part.name == "page_info" for part in connection.fields),
    )


def _bounds(builder: Builder, selected: Selected, kind: Page) -> dict[str, tuple[str, str]]:
    """For `after` and `before`, where given: how the key compares, and with what."""
    read, key_type = (read_number_key, "bigint") if kind.is_number else (read_key, "text")
    bounds = {}
    for name, sign in (("after", ">"), ("before", "<")):
        value = selected.arguments.get(name)
        if value is not None:
            turned = TURNED[sign] if kind.newest_first else sign
            bounds[name] = (turned, builder.parameter(value, key_type, read))
    return bounds


def _size(selected: Selected, most: int) -> tuple[bool, int]:
    first, last = selected.arguments.get("first"), selected.arguments.get("last")
    if last is None:
        return False, _checked(selected.key, "first", DEFAULT_SIZE if first is None else first, most)
    if first is not None and "first" in selected.written:
        raise BadArgument(f"{selected.key}: give first or last, not both.")
    return True, _checked(selected.key, "last", last, most)


def _checked(key: str, name: str, size: Any, most: int) -> int:
    if size < 0:
        raise BadArgument(f"{key}: {name} is {size}, but a page cannot be smaller than 0.")
    if size > most:
        raise BadArgument(f"{key}: {name} is {size}, more than the {most} allowed (GQL_APP_MAX_PAGE_SIZE).")
    return int(size)


def where(conditions: str) -> str:
    """A WHERE clause, where there are conditions."""
    return f" WHERE {conditions}" if conditions else ""
