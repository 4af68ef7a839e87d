"""What telling a kept event again does to the mirror, and to what the inbox says of the event."""

from dataclasses import dataclass, replace
from typing import Any

from gql_app.database import Transaction
from gql_app.errors import MirrorError, Unstorable
from gql_app.mirror import journal
from gql_app.mirror.heard import Heard
from gql_app.mirror.state import State
from gql_app.mirror.writer import apply
from gql_app.voucherify.values import moment_at
from models.columns import load_json

RISING = ("quarantined", "discarded", "unmapped", "stale", "applied")
"""Verdicts: by being told again an event never comes to mean less."""

SETTLE = """
UPDATE inbox SET verdict = $2, reason = $3, event_type = $4, project_id = $5, event_id = $6, occurred_at = $7,
       entity_id = $8, customer_id = $9, order_id = $10, redemption_id = $11, campaign_id = $12 WHERE id = $1
"""
PRUNED = "its body has been pruned"


@dataclass(frozen=True, slots=True)
class Changed:
    """A path of a customer, and its value before and after."""

    customer_id: str
    path: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Retold:
    """What telling an event again did, or would do."""

    id: int
    type: str
    before: str
    after: str
    reason: str | None
    changes: tuple[Changed, ...] = ()


def tell_again(state: State, event: Heard, pages: journal.Pages) -> Retold:
    """Folds an event into the state once more."""
    told = Retold(event.id, event.arrival.event_type, event.verdict, event.verdict, PRUNED)
    if event.is_pruned:
        return told
    begins = len(pages.rows)
    verdict = apply(state, event.arrival, event.id, pages)
    rows = [(row[1], load_json(row[4])) for row in pages.rows[begins:]]
    changes = [Changed(customer_id, **one) for customer_id, said in rows for one in said]
    after = max(event.verdict, verdict, key=RISING.index)
    return replace(told, after=after, reason=event.arrival.note, changes=tuple(changes))


def rehearse(state: State, event: Heard, pages: journal.Pages) -> Retold:
    """The same where a fault is only reported."""
    try:
        return tell_again(state, event, pages)
    except Exception as error:
        return Retold(event.id, event.arrival.event_type, event.verdict, event.verdict, fault_of(error))


def fault_of(error: Exception) -> str:
    """Why the event is to blame; raises the error again where it is not."""
    if isinstance(error, MirrorError) and not isinstance(error, Unstorable):
        raise error
    return str(error)[:500] if isinstance(error, Unstorable) else f"folding failed: {type(error).__name__}"


def is_mended(one: Retold) -> bool:
    """Whether it is no longer quarantined."""
    return one.before == "quarantined" and one.after != "quarantined"


async def settle(transaction: Transaction, events: list[Heard], retold: list[Retold]) -> None:
    """Keeps what became of the events, and what is now known of them."""
    rows = [
        _settled(event, one)
        for event, one in zip(events, retold, strict=True)
        if one.before != one.after or one.after == "quarantined"
    ]
    if rows:
        await transaction.execute_many(SETTLE, rows)


def _settled(event: Heard, one: Retold) -> tuple[Any, ...]:
    arrival, said = event.arrival, event.arrival.event
    return (
        one.id,
        one.after,
        one.reason,
        arrival.event_type,
        said.project_id if said else None,
        said.id if said else None,
        moment_at(said.happened_at) if said and said.happened_at is not None else None,
        arrival.entity_id,
        arrival.customer_id,
        *(arrival.about(noun) for noun in ("order", "redemption", "campaign")),
    )
