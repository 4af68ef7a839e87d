"""Comparing what is shown with what was fetched: what differs, and who has not been seen for long."""

from dataclasses import dataclass, field
from typing import Any

from gql_app.database import Database, Dialect, Transaction, among, as_list
from gql_app.mirror.arrival import Arrival
from gql_app.mirror.facts import Fact
from gql_app.mirror.fold import Telling, fold
from gql_app.mirror.heard import Reading
from gql_app.mirror.state import State

VERIFIED = "UPDATE customer SET verified_at = $2 WHERE {among} AND coalesce(verified_at, '') < $2"
UNVERIFIED = """
SELECT id FROM customer WHERE id > $2 AND deleted_at IS NULL AND coalesce(verified_at, '') < $1 ORDER BY id LIMIT $3
"""
KNOWN = "SELECT count(*) FROM customer WHERE deleted_at IS NULL"

TOLD = """
SELECT position, customer_id, event_type FROM journal
WHERE position > $1 AND recorded_at <= $2 ORDER BY position LIMIT $3
"""
POSITION = "SELECT position FROM mirror_state WHERE id = 1"
WHOLE = ("customer.created", "customer.updated", "customer.confirmed", "customer.deleted", "customer.fetched")
"""Types that tell a customer whole; after any other something may follow that nobody tells of."""

ORDERS_CHANGED = 'SELECT id, updated_at FROM "order" WHERE {among}'
ORDERS_KNOWN = 'SELECT count(*) FROM "order"'

Pair = tuple[Any, Any]


@dataclass(frozen=True, slots=True)
class Differing:
    """What a telling would change: path, and the value before and after. `is_new` where nobody was known."""

    changes: dict[str, Pair] = field(default_factory=dict)
    is_new: bool = False

    def __bool__(self) -> bool:
        return bool(self.changes) or self.is_new


async def rehearsed(database: Database, arrivals: list[Arrival]) -> list[Differing]:
    """Only reads, so it holds nobody up; what comes meanwhile finds its place by itself."""
    state, reading = State(), Reading(database)
    facts: list[Fact] = [fact for arrival in arrivals for fact in arrival.facts or ()]
    await state.load(reading, database.dialect, facts)  # type: ignore[arg-type]  # it only fetches
    return [_rehearse(state, arrival) for arrival in arrivals]


def _rehearse(state: State, arrival: Arrival) -> Differing:
    event = arrival.event
    if event is None or arrival.facts is None:
        return Differing()
    outcome = fold(state, arrival.facts, Telling(arrival.place, event.id or arrival.body_hash[:24]))
    changes = {path: pair for seen in outcome.visible().values() for path, pair in seen.items()}
    return Differing(changes, bool(outcome.appeared))


async def verify(transaction: Transaction, dialect: Dialect, ids: list[str], at: str) -> None:
    """Notes that they were seen at Voucherify at this time."""
    await transaction.execute(VERIFIED.format(among=among(dialect, "id")), as_list(dialect, ids), at)


async def unverified(database: Database, since: str, after: str, limit: int) -> list[str]:
    """Who is shown, follows `after` by id, and was not seen at Voucherify since then."""
    return [str(row[0]) for row in await database.read(UNVERIFIED, (since, after, limit))]


async def known(database: Database) -> int:
    """How many are shown who are not deleted."""
    return int((await database.read(KNOWN, ()))[0][0])


async def orders_changed(database: Database, ids: list[str]) -> dict[str, str | None]:
    """When those of these orders that are known changed last, as they say themselves."""
    sql = ORDERS_CHANGED.format(among=among(database.dialect, "id"))
    return dict(await database.read(sql, (as_list(database.dialect, ids),)))


async def orders_known(database: Database) -> int:
    """How many orders are shown."""
    return int((await database.read(ORDERS_KNOWN, ()))[0][0])


async def told_in_part(database: Database, after: int, until: str, limit: int) -> tuple[int, list[str]]:
    """How far the journal was read, and of whom it tells there by something other than themselves, each once."""
    rows = await database.read(TOLD, (after, until, limit))
    found = dict.fromkeys(str(row[1]) for row in rows if row[2] not in WHOLE)
    return (int(rows[-1][0]) if rows else after), list(found)


async def position(database: Database) -> int:
    """How far the journal has come."""
    return int((await database.read(POSITION, ()))[0][0])
