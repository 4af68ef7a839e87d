"""The API keys as a serving process knows them: at most two seconds behind the table."""

import asyncio
import hmac
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from gql_app.database import Database
from gql_app.errors import MirrorError, Unauthenticated
from gql_app.viewers import key_table
from gql_app.viewers.keys import hash_of, id_of
from gql_app.viewers.viewer import Viewer

LOOK_SECONDS = 2.0
SHORTEST_SECONDS = 0.25
"""Between two looks for a key that is not known: it may have been created a moment ago, or be made up."""

NOTE_SECONDS = 60.0
"""How coarsely is kept when a key was last used."""

NOT_VALID = "The API key is not valid."
OBJECTIONS = {"revoked": "The API key has been revoked.", "expired": "The API key has expired."}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Held:
    """A key, and who asks with it."""

    key: key_table.Key
    viewer: Viewer


@dataclass(slots=True)
class Uses:
    """When keys were used, until that is written."""

    at: dict[str, float] = field(default_factory=dict)
    written: float = 0.0


class KeyRing:
    """Lets in whoever has a valid key; requests never write, a task of its own does."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock
        self._held: dict[str, Held] = {}
        self._revision = -1
        self._uses = Uses()
        self._turn = asyncio.Lock()
        self._looked_at = float("-inf")

    @property
    def is_empty(self) -> bool:
        """Whether no key was ever created; one that has expired or is revoked still counts."""
        return not self._held

    async def viewer(self, key: str) -> Viewer:
        """Who asks with this key; raises Unauthenticated where it is of no use."""
        name = id_of(key)
        if name is None:
            raise Unauthenticated(NOT_VALID)
        if name not in self._held:
            await self._look_again()
        held = self._held.get(name)
        if held is None or not hmac.compare_digest(held.key.hash, hash_of(key)):
            raise Unauthenticated(NOT_VALID)
        if objection := self._objection(held.key):
            raise objection
        self._uses.at[name] = self._clock()
        return held.viewer

    def objection(self, key_id: str) -> Unauthenticated | None:
        """Why whoever came with this key must leave now."""
        held = self._held.get(key_id)
        return self._objection(held.key) if held else Unauthenticated(NOT_VALID)

    def _objection(self, key: key_table.Key) -> Unauthenticated | None:
        state = key.state(self._clock())
        return None if state == "valid" else Unauthenticated(OBJECTIONS[state])

    async def run(self) -> None:
        """Looks until cancelled; where the database is away, who was known stays known."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.look()
                await self._note_uses()
            except MirrorError as error:
                log.warning("keys_unread", extra={"error": type(error).__name__})

    async def look(self) -> None:
        """Takes over the table where anything in it is new."""
        self._looked_at = asyncio.get_running_loop().time()
        revision = await key_table.newest(self._database)
        if revision != self._revision:
            keys = await key_table.all_keys(self._database)
            self._held = {key.id: Held(key, key.viewer()) for key in keys}
            self._revision = revision

    async def _look_again(self) -> None:
        async with self._turn:
            if asyncio.get_running_loop().time() - self._looked_at >= SHORTEST_SECONDS:
                await self.look()

    async def _note_uses(self) -> None:
        now = self._clock()
        if self._uses.at and not 0 <= now - self._uses.written < NOTE_SECONDS:
            used, self._uses = self._uses.at, Uses(written=now)
            await key_table.note_used(self._database, used)
