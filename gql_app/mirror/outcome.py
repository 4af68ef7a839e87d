"""What a telling did, as clients can see it."""

from dataclasses import dataclass, field
from typing import Any

from gql_app.mirror.facts import Columns
from gql_app.mirror.paths import COMPLETENESS, RANK, shown_id
from gql_app.mirror.state import Kept
from models import Customer

Change = tuple[str, Any, Any]
"""A column, and its value before and after."""

Changes = dict[str, tuple[Any, Any]]
"""By path, the value before and after."""


@dataclass(slots=True)
class Outcome:
    """What one event did: whether any field now comes from it, and what clients can see of that."""

    moved: bool = False
    changes: dict[str, Changes] = field(default_factory=dict)
    """Per customer; how much is known of one is a number here."""

    appeared: set[str] = field(default_factory=set)
    """Customers who were not known before."""

    def note(self, kept: Kept, column: str, before: Any, after: Any) -> None:
        """Takes down a change of a column that clients can see."""
        self.note_all(kept, [(column, before, after)])

    def note_all(self, kept: Kept, changes: list[Change]) -> None:
        """Takes down those of a row's changes that clients can see: column, value before and after."""
        customer = _customer_of(kept)
        if customer is None or not changes:
            return
        paths, place, seen = kept.table.paths, _place_of(kept), self.changes.setdefault(customer, {})
        for column, before, after in changes:
            if (path := paths[column]) is not None:
                full = place + path
                seen[full] = seen[full][0] if full in seen else before, after

    def appears(self, kept: Kept) -> None:
        """Takes down that there is such a row, whatever else is told of it."""
        self.note(kept, "id", None, shown_id(kept.table.model, kept.values))

    def begins(self, kept: Kept, told: Columns) -> None:
        """Takes down that there is such a row, and all that is told of it; nothing was known of it before."""
        customer = _customer_of(kept)
        if customer is None:
            return
        paths, place, seen = kept.table.paths, _place_of(kept), self.changes.setdefault(customer, {})
        for column, value in ({"id": shown_id(kept.table.model, kept.values)} | told).items():
            if value is not None and (path := paths[column]) is not None:
                full = place + path
                seen[full] = seen[full][0] if full in seen else None, value

    def disappears(self, kept: Kept) -> None:
        """Takes down that there is no such row any more."""
        self.note(kept, "id", shown_id(kept.table.model, kept.values), None)

    def gone(self, kept: Kept) -> None:
        """Takes down that nothing of the row is its customer's any more."""
        self.disappears(kept)
        for column in kept.table.told:
            self.note(kept, column, kept.values.get(column), None)

    def come(self, kept: Kept) -> None:
        """Takes down that everything of the row is its customer's now."""
        self.appears(kept)
        for column in kept.table.told:
            self.note(kept, column, None, kept.values.get(column))

    def visible(self) -> dict[str, Changes]:
        """Changes that were not taken back within the same event."""
        real = {customer: _real(seen) for customer, seen in self.changes.items()}
        return {customer: seen for customer, seen in real.items() if seen or customer in self.appeared}


def _customer_of(kept: Kept) -> str | None:
    return kept.id if kept.table.model is Customer else kept.values.get("customer_id")


def _place_of(kept: Kept) -> str:
    path = kept.table.model.path
    return f"{path.format_map(kept.values)}." if path else ""


def _real(changes: Changes) -> Changes:
    found = {path: pair for path, pair in changes.items() if pair[0] != pair[1]}
    if ranks := found.get(RANK):
        found[RANK] = _rank(ranks[0]), _rank(ranks[1])
    return found


def _rank(rank: int | None) -> str | None:
    return None if rank is None else COMPLETENESS[rank]
