"""What a telling did, as clients can see it."""

from dataclasses import dataclass, field
from typing import Any

from gql_app.mirror.paths import COMPLETENESS, paths_of, shown_id
from gql_app.mirror.state import Kept
from models import Customer

Change = tuple[str, Any, Any]
"""A column, and its value before and after."""


@dataclass(slots=True)
class Outcome:
    """What one event did: whether any field now comes from it, and what clients can see of that."""

    moved: bool = False
    changes: dict[str, dict[str, tuple[Any, Any]]] = field(default_factory=dict)
    """Per customer and path, the value before and after."""

    appeared: set[str] = field(default_factory=set)
    """Customers who were not known before."""

    def note(self, kept: Kept, column: str, before: Any, after: Any) -> None:
        """Takes down a change of a column that clients can see."""
        self.note_all(kept, [(column, before, after)])

    def note_all(self, kept: Kept, changes: list[Change]) -> None:
        """Takes down those of a row's changes that clients can see: column, value before and after."""
        model = kept.table.model
        customer = kept.id if model is Customer else kept.values.get("customer_id")
        if customer is None or not changes:
            return
        paths, seen = paths_of(model), self.changes.setdefault(customer, {})
        place = f"{model.path.format_map(kept.values)}." if model.path else ""
        for column, before, after in changes:
            path = paths[column]
            if path is None:
                continue
            pair = (_rank(before), _rank(after)) if column == "completeness" else (before, after)
            full = place + path
            seen[full] = (seen[full][0], pair[1]) if full in seen else pair

    def appears(self, kept: Kept) -> None:
        """Takes down that there is such a row, whatever else is told of it."""
        self.note(kept, "id", None, shown_id(kept.table.model, kept.values))

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

    def visible(self) -> dict[str, dict[str, tuple[Any, Any]]]:
        """Changes that were not taken back within the same event."""
        real = {
            customer: {path: pair for path, pair in seen.items() if pair[0] != pair[1]}
            for customer, seen in self.changes.items()
        }
        return {customer: seen for customer, seen in real.items() if seen or customer in self.appeared}


def _rank(rank: int | None) -> str | None:
    return None if rank is None else COMPLETENESS[rank]
