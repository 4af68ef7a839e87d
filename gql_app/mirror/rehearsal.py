"""What would become of arrivals that are not told: it only reads, so it holds nobody up."""

from typing import Any

from gql_app.database import Database, among, as_list
from gql_app.mirror import journal
from gql_app.mirror.arrival import Arrival, Settled
from gql_app.mirror.facts import Fact
from gql_app.mirror.heard import Reading
from gql_app.mirror.repeats import KNOWN_KEYS
from gql_app.mirror.state import State
from gql_app.mirror.writer import apply


async def rehearse(database: Database, arrivals: list[Arrival]) -> list[Settled]:
    """Each as if those before it had been told; only what an earlier call was given is not remembered."""
    state, pages = State(), journal.Pages(0, "")
    reading: Any = Reading(database)
    facts: list[Fact] = [fact for arrival in arrivals for fact in arrival.facts or ()]
    await state.load(reading, database.dialect, facts)
    keys = as_list(database.dialect, [arrival.key for arrival in arrivals])
    sql = KNOWN_KEYS.format(among=among(database.dialect, "key"))
    known = {row[0] for row in await reading.fetch(sql, keys)}
    settled = []
    for arrival in arrivals:
        settled.append(_settled(state, arrival, pages) if arrival.key not in known else Settled("duplicate"))
        known.add(arrival.key)
    return settled


def _settled(state: State, arrival: Arrival, pages: journal.Pages) -> Settled:
    return Settled(apply(state, arrival, 0, pages), arrival.reason)
