"""Which arrivals were heard before: by the send-out's id, else by what they say."""

from dataclasses import dataclass, field

from gql_app.database import Dialect, Transaction, among, as_list
from gql_app.mirror.arrival import Arrival

KNOWN_KEYS = "SELECT key FROM inbox WHERE {among}"
LAST_TOLD = """
SELECT body_hash FROM inbox WHERE entity_id = $1 AND verdict IN ('applied', 'stale') ORDER BY id DESC LIMIT 1
"""


async def without_repeats(transaction: Transaction, dialect: Dialect, arrivals: list[Arrival]) -> dict[Arrival, int]:
    """The arrivals never heard before, with their place in the batch."""
    keys = as_list(dialect, [arrival.key for arrival in arrivals])
    known = {row[0] for row in await transaction.fetch(KNOWN_KEYS.format(among=among(dialect, "key")), keys)}
    words = _LastWords(transaction)
    news: dict[Arrival, int] = {}
    for place, arrival in enumerate(arrivals):
        if arrival.key not in known and not await words.repeat(arrival):
            news[arrival] = place
        known.add(arrival.key)
    return news


@dataclass(slots=True)
class _LastWords:
    """What was said last of each entity, by earlier batches and within this one."""

    transaction: Transaction
    told: dict[str, str] = field(default_factory=dict)

    async def repeat(self, arrival: Arrival) -> bool:
        """A body without any time is a repeat where it says what was said last of the same entity."""
        entity = arrival.entity_id
        if entity is None or arrival.facts is None:
            return False
        is_repeat = arrival.is_unnamed and await self._last(entity) == arrival.body_hash
        self.told[entity] = arrival.body_hash
        return is_repeat

    async def _last(self, entity: str) -> str | None:
        if entity not in self.told:
            found = await self.transaction.fetch(LAST_TOLD, entity)
            return str(found[0][0]) if found else None
        return self.told[entity]
