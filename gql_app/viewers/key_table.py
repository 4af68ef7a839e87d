"""Where API keys are kept; the only place that reads or writes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, cast

from gql_app.database import Database, Row
from gql_app.database.instants import instant
from gql_app.viewers.keys import Minted, hash_of
from gql_app.viewers.viewer import Bound, Sight, Viewer

COLUMNS = "id, hash, name, scopes, bound_by, bound_to, created_at, expires_at, revoked_at, last_used_at"
ALL = f"SELECT {COLUMNS} FROM api_key ORDER BY created_at, id"
REVISION = "SELECT coalesce(max(revision), 0) FROM api_key"
NEXT = f"({REVISION}) + 1"
ADD = f"""
INSERT INTO api_key (id, hash, name, scopes, bound_by, bound_to, created_at, expires_at, revision)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, {NEXT})
"""
REVOKE = f"UPDATE api_key SET revoked_at = $2, revision = {NEXT} WHERE id = $1 AND revoked_at IS NULL"
USED = "UPDATE api_key SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)"

State = Literal["valid", "expired", "revoked"]


@dataclass(frozen=True, slots=True)
class Grant:
    """What a key is made for; `expires_at` in Unix seconds."""

    name: str
    sight: Sight
    expires_at: float | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is kept; times as they are stored."""

    id: str
    hash: str
    name: str
    scopes: tuple[str, ...]
    bound: Bound | None
    created_at: str
    expires_at: str | None
    revoked_at: str | None
    last_used_at: str | None

    def state(self, now: float) -> State:
        """At this time, in Unix seconds."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and seconds(self.expires_at) <= now else "valid"

    def viewer(self) -> Viewer:
        """Who asks with this key."""
        expires_at = None if self.expires_at is None else seconds(self.expires_at)
        return Viewer(self.name, Sight(frozenset(self.scopes), self.bound), expires_at, self.id)


async def add(database: Database, minted: Minted, grant: Grant, now: float) -> None:
    """Keeps a new key, by its hash."""
    sight, bound = grant.sight, grant.sight.bound
    expires_at = None if grant.expires_at is None else moment(grant.expires_at)
    who = minted.id, hash_of(minted.key), grant.name, " ".join(sorted(sight.scopes))
    whom = (bound.by, bound.value) if bound else (None, None)
    async with database.turn() as transaction:
        await transaction.execute(ADD, *who, *whom, moment(now), expires_at)


async def revoke(database: Database, key_id: str, now: float) -> None:
    """From now on nobody is let in by it; revoked once, it stays as it was."""
    async with database.turn() as transaction:
        await transaction.execute(REVOKE, key_id, moment(now))


async def note_used(database: Database, used: Mapping[str, float]) -> None:
    """When each of these was last used."""
    async with database.turn() as transaction:
        await transaction.execute_many(USED, [(name, moment(at)) for name, at in used.items()])


async def all_keys(database: Database) -> list[Key]:
    """The oldest first."""
    return [_key(row) for row in await database.read(ALL, ())]


async def newest(database: Database) -> int:
    """A number that is another as soon as a key was created or revoked."""
    return int((await database.read(REVISION, ()))[0][0])


def _key(row: Row) -> Key:
    name, digest, title, scopes, by, to, *times = row
    bound = Bound(cast(Literal["id", "source_id"], by), to) if by is not None else None
    return Key(name, digest, title, tuple(scopes.split()), bound, *times)


def moment(at: float) -> str:
    """Unix seconds in their stored form."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def seconds(said: str) -> float:
    """A stored moment in Unix seconds."""
    return (instant(said) or 0) / 1000
