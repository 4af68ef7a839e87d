"""The mirror's books: whether they add up."""

import json
from collections import Counter
from hashlib import sha256
from typing import Any

from tests.ingest.mirror import Mirror

INBOX = "SELECT key, verdict, id FROM inbox ORDER BY id"
NOTED = "SELECT inbox_id FROM journal GROUP BY inbox_id HAVING count(*) > 1"


async def check_books(mirror: Mirror, acknowledged: list[str]) -> None:
    """Nothing acknowledged is lost, nothing was applied twice, and no number is missing."""
    kept = await mirror.database.read(INBOX, ())
    assert sorted(row[0] for row in kept) == sorted(set(acknowledged))
    assert [row[2] for row in kept] == list(range(1, len(kept) + 1))
    assert await mirror.database.read(NOTED, ()) == []
    await check_journal(mirror)


async def check_journal(mirror: Mirror) -> None:
    """Positions are dense, and a customer's version is the number of its changes."""
    journal = await mirror.journal()
    assert [one["position"] for one in journal] == list(range(1, len(journal) + 1))
    changes = Counter(one["customer_id"] for one in journal)
    customers = (await mirror.rows(kept_too=True))["customer"]
    assert changes == {one["id"]: one["version"] for one in customers if one["version"]}


async def state_hash(mirror: Mirror) -> str:
    """One number for everything told: all mirrored tables, their columns and stamps, in the order of ids."""
    return hash_of(await mirror.rows())


def hash_of(rows: Any) -> str:
    """The same for the same rows."""
    return sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()
