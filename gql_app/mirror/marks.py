"""What is noted by name: how far somebody has come, and which of several processes does what one is enough for."""

from dataclasses import dataclass, field
from uuid import uuid4

import msgspec

from gql_app.database import Database, Transaction
from gql_app.mirror.clock import Clock, now

READ = "SELECT value FROM sync_mark WHERE name = $1"
KEEP = "INSERT INTO sync_mark (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value"


async def noted(database: Database, name: str) -> str | None:
    """What was noted last."""
    rows = await database.read(READ, (name,))
    return str(rows[0][0]) if rows else None


async def note(transaction: Transaction, name: str, value: str) -> None:
    """Notes it, once the transaction has committed."""
    await transaction.execute(KEEP, name, value)


class _Held(msgspec.Struct):
    holder: str
    until: int


@dataclass(slots=True)
class Lease:
    """Held by one process at a time; who dies loses it after a while."""

    database: Database
    name: str
    seconds: float = 60
    clock: Clock = now
    holder: str = field(default_factory=lambda: uuid4().hex)
    _sure_until: int = 0

    async def is_ours(self) -> bool:
        """Takes or renews it; nobody else has it for at least half of its time from now on where it says yes."""
        at, length = self.clock(), int(self.seconds * 1_000_000)
        if at + length // 2 < self._sure_until:
            return True
        async with self.database.turn() as transaction:
            rows = await transaction.fetch(READ, self.name)
            held = msgspec.json.decode(rows[0][0], type=_Held) if rows else None
            if held is not None and held.holder != self.holder and held.until > at:
                return False
            self._sure_until = at + length
            await note(transaction, self.name, msgspec.json.encode(_Held(self.holder, at + length)).decode())
        return True
