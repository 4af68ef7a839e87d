"""One transaction for a batch of arrivals: keep the bytes, fold what they say, note what changed."""

from dataclasses import dataclass
from typing import Any

from gql_app.database import Dialect, Transaction
from gql_app.database.bulk import columns_of, insert
from gql_app.mirror import journal
from gql_app.mirror.arrival import Arrival, Settled, Verdict
from gql_app.mirror.facts import Fact
from gql_app.mirror.fold import Telling, fold
from gql_app.mirror.repeats import without_repeats
from gql_app.mirror.state import State
from gql_app.voucherify.values import moment_at
from models import InboxEvent

KEEP = insert("inbox", columns_of(InboxEvent))


@dataclass(frozen=True, slots=True)
class Written:
    """What became of each arrival, and how far the journal has come."""

    settled: list[Settled]
    position: int

    @property
    def verdicts(self) -> list[Verdict]:
        """In the order of the arrivals."""
        return [one.verdict for one in self.settled]


async def write(transaction: Transaction, dialect: Dialect, arrivals: list[Arrival]) -> Written:
    """Writes a batch within its turn; what it says is true once the transaction has committed."""
    news = await without_repeats(transaction, dialect, arrivals)
    state = State()
    facts: list[Fact] = [fact for arrival in news for fact in arrival.facts or ()]
    await state.load(transaction, dialect, facts)
    settled = [Settled("duplicate")] * len(arrivals)
    pages = await journal.open_pages(transaction)
    kept: list[tuple[Any, ...]] = []
    for arrival, place in news.items():
        settled[place] = _settle(state, arrival, pages)
        kept.append(_inbox_row(pages.inbox_id, arrival, settled[place].verdict))
    written = Written(settled, pages.position)
    await state.keep(transaction, (KEEP, kept), *journal.closing(pages, arrivals, written.verdicts))
    return written


def _settle(state: State, arrival: Arrival, pages: journal.Pages) -> Settled:
    before = pages.position
    pages.inbox_id += 1
    verdict = apply(state, arrival, pages.inbox_id, pages)
    position = pages.position if pages.position > before else None
    return Settled(verdict, arrival.reason, pages.inbox_id, position)


def apply(state: State, arrival: Arrival, inbox_id: int, pages: journal.Pages) -> Verdict:
    """Folds one arrival into the state and takes down what changed."""
    if arrival.reason is not None:
        return "quarantined"
    if arrival.facts is None or arrival.event is None:
        return "unmapped"
    telling = Telling(arrival.place, arrival.event.id or arrival.body_hash[:24])
    outcome = fold(state, arrival.facts, telling)
    pages.append(state, arrival, inbox_id, outcome)
    return "applied" if outcome.moved else "stale"


def _inbox_row(inbox_id: int, arrival: Arrival, verdict: Verdict) -> tuple[Any, ...]:
    event = arrival.event
    return (
        inbox_id,
        arrival.key,
        arrival.body_hash,
        arrival.body,
        event.project_id if event else None,
        event.id if event else None,
        arrival.event_type,
        arrival.entity_id,
        arrival.customer_id,
        arrival.about("order"),
        arrival.about("redemption"),
        arrival.about("campaign"),
        arrival.source,
        moment_at(event.happened_at) if event and event.happened_at is not None else None,
        moment_at(arrival.received_at),
        verdict,
        arrival.note,
        arrival.is_strict,
    )
