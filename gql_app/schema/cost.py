"""How many rows a question may touch at most.

A page costs its size times what is beneath each row; a list whose length nobody knows is taken to be ASSUMED_LENGTH
long. What is only counted or summed costs a hundredth of a row for each row counted.
"""

from dataclasses import dataclass
from typing import Any

from gql_app.reads.declare import Anywhere, Column, Computed, Embedded, Entries, Many, Money, One, Page, Pulled
from gql_app.reads.pages import DEFAULT_CAP
from gql_app.reads.plan import Selected, Selection
from gql_app.reads.search import MOST_COUNTED
from gql_app.reads.values import Variables, getter
from gql_app.reads.window import DEFAULT_SIZE

ASSUMED_LENGTH = 10
"""Rows in a list that has no page size, such as an order's items."""

SUMMED = 10_000
"""Rows taken to stand behind a sum over a table."""

OF_THE_ROW = (Column, Computed, Embedded, Entries, Money)
"""What is made of the row that is there; whatever else is not known to be cheap counts as a sum."""

PER_ROW = 100
"""How many rows are counted at the cost of one that is shown."""


@dataclass(frozen=True, slots=True)
class Charge:
    """What a root field costs: always, and for each of the ids it is given."""

    fixed: int
    each: int = 0
    ids: Any = ()

    def rows(self, variables: Variables) -> int:
        """The rows that one request may touch."""
        return self.fixed + self.varying(variables)

    def varying(self, variables: Variables) -> int:
        """What of it depends on how many ids this request gives."""
        return self.each * len(getter(self.ids)(variables)) if self.each else 0


class Costing:
    """Knows how large a page may be."""

    def __init__(self, max_page: int) -> None:
        self._max_page = max_page

    def charge(self, selected: Selected) -> Charge:
        """What a root field costs."""
        kind = selected.kind
        if isinstance(kind, Anywhere) and kind.several:
            each = 1 + self._dearest(selected)
            return Charge(0, each, selected.arguments[kind.ids])
        return Charge(self._field(selected))

    def _field(self, selected: Selected) -> int:
        """What one field costs in each row it is asked of."""
        kind = selected.kind
        if isinstance(kind, Page):
            return self._page(selected)
        if isinstance(kind, Many | Pulled):
            return self._length(selected) * (1 + self._beneath(selected))
        if isinstance(kind, One):
            return 1 + self._beneath(selected)
        if isinstance(kind, Anywhere):
            return 1 + self._dearest(selected)
        if kind is None or isinstance(kind, OF_THE_ROW):
            return self._beneath(selected)
        return SUMMED // PER_ROW

    def _length(self, selected: Selected) -> int:
        return self._size(selected) if isinstance(selected.kind, Pulled) else ASSUMED_LENGTH

    def _beneath(self, selected: Selected) -> int:
        return sum(map(self._selection, selected.beneath))

    def _dearest(self, selected: Selected) -> int:
        """Of the types a row may be, it is one."""
        return max(map(self._selection, selected.beneath), default=0)

    def _selection(self, selection: Selection) -> int:
        return sum(map(self._field, selection.fields))

    def _page(self, selected: Selected) -> int:
        parts = selected.beneath[0].fields
        rows = sum(self._field(part) for part in parts if part.name in ("nodes", "edges"))
        counts = sum(counted(part) for part in parts if part.name == "total_count")
        return self._size(selected) * (1 + rows) + counts

    def _size(self, selected: Selected) -> int:
        """What is no size at all is refused elsewhere."""
        given = [selected.arguments.get(name) for name in ("first", "last")]
        sizes = [size for size in given if isinstance(size, int)]
        return min(max(sizes, default=DEFAULT_SIZE), self._max_page)


def counted(part: Selected) -> int:
    """What counting up to the cap costs."""
    cap = part.arguments.get("cap")
    return min(max(DEFAULT_CAP if cap is None else cap, 0), MOST_COUNTED) // PER_ROW
