"""The rows of one page: where they come from, in which direction, how many.

Keyset paging: stable under inserts and deletes, and as quick deep inside a list as at its start.
"""

from dataclasses import dataclass
from typing import Any

from gql_app.errors import BadArgument
from gql_app.reads.builder import Builder, Row
from gql_app.reads.cursors import Cursors
from gql_app.reads.declare import Page
from gql_app.reads.order import Order, order_of
from gql_app.reads.plan import Selected
from gql_app.reads.source import source_of
from gql_app.reads.stretch import Stretch

DEFAULT_SIZE = 20
PLAIN = frozenset({"first", "last", "after", "before", "orderBy"})
"""Arguments that leave no row out."""


@dataclass(frozen=True, slots=True)
class Window:
    """A page's rows in SQL. `numbered` ones know their place and how many there are, one beyond the page included.

    `walk` is the order in which rows are looked for, which is the clients' order turned where paging goes backward.
    """

    inner: str
    limited: str
    counted: str
    opposite: str
    walk: Order
    backward: bool
    size: int
    cursor: str
    numbered: bool

    @property
    def rows(self) -> str:
        """The rows, in the order in which clients see them."""
        if not self.numbered:
            return f"({self.limited}) {self.inner}"
        order = f"ORDER BY {self.walk.by(self.inner)}"
        counted = f"row_number() OVER ({order}) AS rn, count(*) OVER () AS total"
        numbered = f"SELECT {self.inner}.*, {counted} FROM ({self.limited}) {self.inner}"
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
    inner = Row(builder.alias(), connection.model)
    source = source_of(builder, selected, row, kind, inner)
    order = order_of(kind, selected.arguments.get(kind.order_by), connection.model, selected.key)
    cursors = Cursors(source.table, order)
    start, end = _ends(builder, selected, cursors, backward)
    is_patient = not row.alias and (len(order.keys) > 1 or not PLAIN.issuperset(selected.written))
    stretch = Stretch(order.turned() if backward else order, start, end, is_patient)
    numbered = backward or any(part.name == "page_info" for part in connection.fields)
    return Window(
        inner=inner.alias,
        limited=stretch.rows(source, size + 1 if numbered else size),
        counted=source.counted,
        opposite=stretch.opposite(source),
        walk=stretch.walk,
        backward=backward,
        size=size,
        cursor=cursors.written(builder, inner),
        numbered=numbered,
    )


def _ends(
    builder: Builder, selected: Selected, cursors: Cursors, backward: bool
) -> tuple[list[str] | None, list[str] | None]:
    """Where the walk starts and where it ends, as parameters."""
    given = ((name, selected.arguments.get(name)) for name in ("after", "before"))
    after, before = (None if one is None else cursors.parameters(builder, one) for _, one in given)
    return (before, after) if backward else (after, before)


def _size(selected: Selected, most: int) -> tuple[bool, int]:
    first, last = selected.arguments.get("first"), selected.arguments.get("last")
    if last is None:
        return False, checked_size(selected.key, "first", DEFAULT_SIZE if first is None else first, most)
    if first is not None and "first" in selected.written:
        raise BadArgument(f"{selected.key}: give first or last, not both.")
    return True, checked_size(selected.key, "last", last, most)


def checked_size(key: str, name: str, size: Any, most: int) -> int:
    """The size; raises BadArgument where it is negative or too large."""
    if size < 0:
        raise BadArgument(f"{key}: {name} is {size}, but a page cannot be smaller than 0.")
    if size > most:
        raise BadArgument(f"{key}: {name} is {size}, more than the {most} allowed (GQL_APP_MAX_PAGE_SIZE).")
    return int(size)
