"""Which arrivals were heard before: by the send-out's id, else by what they say."""

from dataclasses import dataclass, field, replace

from gql_app.database import Dialect, Transaction, among, as_list
from gql_app.mirror.arrival import Arrival, receive

KNOWN_KEYS = "SELECT key, body_hash FROM inbox WHERE {among}"
FIRST = "SELECT body FROM inbox WHERE key = $1"
LAST_TOLD = """
SELECT event_type, body_hash FROM inbox WHERE entity_id = $1 AND verdict IN ('applied', 'stale')
ORDER BY id DESC LIMIT 1
"""
CONTRADICTS = "this send-out came before and said something else: both are kept, only the first is told"
UNCLEAR = "this send-out came before with other bytes, since pruned: whether it says the same cannot be told"


async def without_repeats(transaction: Transaction, dialect: Dialect, arrivals: list[Arrival]) -> dict[Arrival, int]:
    """The arrivals never heard before, with their place in the batch; what contradicts an earlier one comes
    with a reason and no facts.
    """
    keys = as_list(dialect, [arrival.key for arrival in arrivals])
    found = await transaction.fetch(KNOWN_KEYS.format(among=among(dialect, "key")), keys)
    sendouts, words = _Sendouts(transaction, dict(found)), _LastWords(transaction)
    news: dict[Arrival, int] = {}
    for place, arrival in enumerate(arrivals):
        if arrival.key in sendouts.hashes:
            contradicting = await sendouts.contradicting(arrival)
            news |= {contradicting: place} if contradicting else {}
        elif not await words.repeat(arrival):
            news[arrival] = place
            sendouts.take_in(arrival)
    return news


@dataclass(slots=True)
class _Sendouts:
    """What each send-out said first: the hash of its bytes, and the bytes where they came in this batch.

    A retry may be spaced otherwise, and its envelope dated anew; what makes it the same is its event and data.
    """

    transaction: Transaction
    hashes: dict[str, str]
    bodies: dict[str, bytes] = field(default_factory=dict)

    def take_in(self, arrival: Arrival) -> None:
        """Whatever comes under this key now is a repeat, or contradicts."""
        self.hashes[arrival.key] = arrival.body_hash
        self.bodies[arrival.key] = arrival.body

    async def contradicting(self, arrival: Arrival) -> Arrival | None:
        """The arrival under a key of its own, where it says something else than the first of its key did."""
        if self.hashes[arrival.key] == arrival.body_hash:
            return None
        first = await self._first(arrival.key)
        content = arrival.content
        if first and receive(first, arrival.received_at).content == content:
            return None
        aside = replace(arrival, key=f"{arrival.key}#{content}", facts=None, reason=CONTRADICTS if first else UNCLEAR)
        if aside.key in self.bodies or await self._is_known(aside.key):
            return None
        self.take_in(aside)
        return aside

    async def _first(self, key: str) -> bytes:
        """Its bytes; empty where they have been pruned."""
        return self.bodies[key] if key in self.bodies else bytes((await self.transaction.fetch(FIRST, key))[0][0])

    async def _is_known(self, key: str) -> bool:
        return bool(await self.transaction.fetch(FIRST, key))


@dataclass(slots=True)
class _LastWords:
    """What was said last of each entity, by earlier batches and within this one."""

    transaction: Transaction
    told: dict[str, tuple[str, str]] = field(default_factory=dict)

    async def repeat(self, arrival: Arrival) -> bool:
        """A body without any time is a repeat where it says, of the same type, what was said last of the entity."""
        entity = arrival.entity_id
        if entity is None or arrival.facts is None:
            return False
        said = arrival.event_type, arrival.body_hash
        is_repeat = arrival.is_unnamed and await self._last(entity) == said
        self.told[entity] = said
        return is_repeat

    async def _last(self, entity: str) -> tuple[str, str] | None:
        if entity not in self.told:
            found = await self.transaction.fetch(LAST_TOLD, entity)
            return (found[0][0], found[0][1]) if found else None
        return self.told[entity]
