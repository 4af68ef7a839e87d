"""One row for each visible change of a customer or anything beneath it, numbered in order of visibility."""

import time
from dataclasses import dataclass, field
from typing import Any

import msgspec

from gql_app.database import Change, Transaction
from gql_app.database.bulk import columns_of, insert, once
from gql_app.mirror.arrival import Arrival, Source, Verdict
from gql_app.mirror.outcome import Outcome
from gql_app.mirror.state import Kept, State
from gql_app.mirror.tables import dumped
from gql_app.voucherify.values import moment_at
from models import Customer, JournalEntry

WHERE_WE_ARE = """
SELECT position, (SELECT coalesce(max(id), 0) FROM inbox) FROM mirror_state WHERE id = 1
"""
APPEND = insert("journal", columns_of(JournalEntry))
COUNTED = """
UPDATE mirror_state SET position = $1, events_received = events_received + $2, duplicates = duplicates + $3,
       quarantined = quarantined + $4, last_event_at = coalesce($5, last_event_at) WHERE id = 1
"""
COUNT = once(COUNTED, "bigint", "bigint", "bigint", "bigint", "text")
MEND = once("UPDATE mirror_state SET position = $1, quarantined = quarantined - $2 WHERE id = 1", "bigint", "bigint")


class _Change(msgspec.Struct, gc=False):
    """As clients read it."""

    path: str
    before: Any
    after: Any


@dataclass(slots=True)
class Pages:
    """The journal's rows of one transaction; positions are dense because whoever writes has the turn.

    `position` and `inbox_id` are the last ones given.
    """

    position: int
    recorded_at: str
    inbox_id: int = 0
    rows: list[tuple[Any, ...]] = field(default_factory=list)

    def append(self, state: State, arrival: Arrival, inbox_id: int | None, outcome: Outcome) -> None:
        """Takes down what one event changed, a row for each customer."""
        for customer_id, changes in outcome.visible().items():
            customer = state.row(Customer, customer_id)
            if customer.exists:
                self._append(customer, arrival, inbox_id, changes)

    def _append(
        self, customer: Kept, arrival: Arrival, inbox_id: int | None, changes: dict[str, tuple[Any, Any]]
    ) -> None:
        values, event = customer.values, arrival.event
        happened_at, place = moment_at(arrival.happened_at), moment_at(arrival.place)
        told_at = values.get("told_at")
        late = told_at is not None and place < told_at
        kind = _kind(values, changes, arrival.source)
        values["version"] = (values.get("version") or 0) + 1
        values["told_at"] = told_at if late else place
        values["received_at"] = moment_at(arrival.received_at)
        values["source"] = arrival.source
        customer.changed = customer.altered = True
        self.position += 1
        values["changed"] = self.position
        self.rows.append(
            (
                self.position,
                customer.id,
                kind,
                values["version"],
                dumped([_Change(path, before, after) for path, (before, after) in changes.items()]),
                inbox_id,
                event.id if event else None,
                arrival.event_type,
                happened_at if event and event.happened_at is not None else None,
                arrival.source,
                event.project_id if event else None,
                happened_at,
                values["received_at"],
                self.recorded_at,
                late,
            )
        )


def _kind(customer: dict[str, Any], changes: dict[str, tuple[Any, Any]], source: Source) -> str:
    if "deletedAt" in changes and customer.get("deleted_at") is not None:
        return "DELETED"
    if not customer.get("version"):
        return "CREATED"
    return "RECONCILED" if source == "RECONCILE" else "UPDATED"


async def open_pages(transaction: Transaction) -> Pages:
    """Where journal and inbox stand; nobody else moves them before this transaction ends."""
    position, inbox_id = (await transaction.fetch(WHERE_WE_ARE))[0]
    return Pages(position, moment_at(time.time_ns() // 1000), inbox_id)


async def write_pages(transaction: Transaction, pages: Pages, mended: int = 0) -> None:
    """Writes the rows of what was not newly delivered; `mended` events are no longer quarantined."""
    if pages.rows or mended:
        await transaction.execute_bulk((APPEND, pages.rows), (MEND, [(pages.position, mended)]))


def closing(pages: Pages, arrivals: list[Arrival], verdicts: list[Verdict]) -> list[Change]:
    """Writes the rows and the counters; what we fetched ourselves is no delivery."""
    delivered = [
        (arrival.received_at, verdict)
        for arrival, verdict in zip(arrivals, verdicts, strict=True)
        if arrival.source == "WEBHOOK"
    ]
    last = moment_at(max(at for at, _ in delivered)) if delivered else None
    repeats = sum(verdict == "duplicate" for _, verdict in delivered)
    counted = len(delivered), repeats, verdicts.count("quarantined")
    return [(APPEND, pages.rows), (COUNT, [(pages.position, *counted, last)])]
