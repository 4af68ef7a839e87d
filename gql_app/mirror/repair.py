"""Putting shown rows right within a turn, each visible difference with a row in the journal."""

import time
from dataclasses import dataclass, field
from typing import Any

from gql_app.database import Dialect, Transaction
from gql_app.mirror import journal
from gql_app.mirror.arrival import Arrival
from gql_app.mirror.compare import Difference, compared, differences
from gql_app.mirror.facts import Put
from gql_app.mirror.outcome import Outcome
from gql_app.mirror.paths import COMPLETENESS
from gql_app.mirror.state import Kept, State
from gql_app.mirror.tables import KEPT_BY_WRITER
from gql_app.voucherify.values import moment_at
from models import Customer

EVENT_TYPE = "mirror.rebuilt"
LAST_VERSION = "SELECT coalesce(max(version), 0) FROM journal WHERE customer_id = $1"
TOLD_BY_OTHERS = ("told_at", "received_at", "source")
"""What says how we know of a customer; a repair is no telling."""


@dataclass(slots=True)
class Repair:
    """The rows of one turn that are to be what they were rebuilt to."""

    found: list[Difference] = field(default_factory=list)
    _state: State = field(default_factory=lambda: State(trusts_words=False))
    _outcome: Outcome = field(default_factory=Outcome)
    _strays: list[Kept] = field(default_factory=list)

    def compare(self, shown: Kept | None, rebuilt: Kept | None) -> None:
        """Takes down what differs, and what the shown row is to become."""
        found = list(differences(shown, rebuilt))
        if not found:
            return
        self.found += found
        named = rebuilt or shown
        assert named is not None
        if shown and rebuilt and any(one.column == "customer_id" for one in found):
            self._outcome.gone(shown)
            self._outcome.come(rebuilt)
        else:
            self._note(shown, rebuilt, found)
        self._state.add(self._become(shown, rebuilt, named))

    def _note(self, shown: Kept | None, rebuilt: Kept | None, found: list[Difference]) -> None:
        named = rebuilt or shown
        assert named is not None
        if rebuilt is None:
            self._outcome.disappears(named)
        elif shown is None:
            self._outcome.appears(named)
        for one in found:
            if one.column != "stamps":
                self._outcome.note(named, one.column, _sayable(one), one.rebuilt)

    def _become(self, shown: Kept | None, rebuilt: Kept | None, named: Kept) -> Kept:
        if rebuilt is None:
            return self._stray(named)
        values = {column: rebuilt.values[column] for column in ("id", *compared(rebuilt.table))}
        source = (shown or rebuilt).values
        values |= {column: source[column] for column in KEPT_BY_WRITER if column in source}
        return Kept(rebuilt.table, rebuilt.id, values, rebuilt.stamps, stored=shown is not None, changed=True)

    def _stray(self, kept: Kept) -> Kept:
        """A row that nobody told of; a customer is seen to be deleted first."""
        if kept.table.model is Customer:
            now = moment_at(_now())
            self._outcome.note(kept, "deleted_at", kept.values["deleted_at"], now)
            kept.values["deleted_at"] = now
        kept.stamps, kept.changed = {"id": EVENT_TYPE}, True
        self._strays.append(kept)
        return kept

    async def write(self, transaction: Transaction, dialect: Dialect) -> int:
        """Writes the rows and says so; returns the journal's position."""
        state, pages = self._state, await journal.open_pages(transaction)
        customers = [Put(Customer, customer_id, {}) for customer_id in self._outcome.changes]
        await state.load(transaction, dialect, customers)
        await self._number(transaction)
        before = {put.id: dict(state.row(Customer, put.id).values) for put in customers}
        now = _now()
        pages.append(state, Arrival(b"", "", now, "", EVENT_TYPE, source="ADMIN"), None, self._outcome)
        for customer_id, values in before.items():
            state.row(Customer, customer_id).values |= {name: values.get(name) for name in TOLD_BY_OTHERS}
        for stray in self._strays:
            stray.stamps = {}
        await state.keep(transaction)
        await journal.write_pages(transaction, pages)
        return pages.position

    async def _number(self, transaction: Transaction) -> None:
        """A customer who is shown again goes on from the last version that was."""
        for (model, row_id), kept in self._state.rows.items():
            if model is Customer and not kept.stored and kept.exists:
                self._outcome.appeared.add(row_id)
                self._outcome.changes.setdefault(row_id, {})
                kept.values["version"] = int((await transaction.fetch(LAST_VERSION, row_id))[0][0])


def _sayable(one: Difference) -> Any:
    """The shown value, unless it is one that has no name."""
    return None if one.column == "completeness" and one.shown not in range(len(COMPLETENESS)) else one.shown


def _now() -> int:
    return time.time_ns() // 1000
