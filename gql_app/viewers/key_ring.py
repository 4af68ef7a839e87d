"""The API keys as a serving process knows them: at most two seconds behind the table.

Where the database is away, who was known stays known.
"""

import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass

from gql_app.database import Database
from gql_app.errors import Unauthenticated
from gql_app.viewers import key_table
from gql_app.viewers.keys import hash_of, id_of
from gql_app.viewers.rounds import Rhythm, Rounds
from gql_app.viewers.viewer import Viewer

RHYTHM = Rhythm(lasting=2.0, eager=0.25)
"""A key that is not known may have been created a moment ago, or be made up."""

NOTING = Rhythm(lasting=60.0, eager=60.0)
"""How coarsely is kept when a key was last used."""

NOT_VALID = "The API key is not valid."
OBJECTIONS = {"revoked": "The API key has been revoked.", "expired": "The API key has expired."}


@dataclass(frozen=True, slots=True)
class Held:
    """A key, and who asks with it."""

    key: key_table.Key
    viewer: Viewer


class KeyRing:
    """Lets in whoever has a valid key; requests never write, a task of its own does."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock
        self._held: dict[str, Held] = {}
        self._revision = -1
        self._used: dict[str, float] = {}
        self._rounds = Rounds(self.look, RHYTHM, "keys_unread")
        self.chores = self._rounds.run, Rounds(self.note_uses, NOTING, "key_uses_unwritten").run

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
            await self._rounds.next()
        held = self._held.get(name)
        if held is None or not hmac.compare_digest(held.key.hash, hash_of(key)):
            raise Unauthenticated(NOT_VALID)
        if objection := self._objection(held.key):
            raise objection
        self._used[name] = self._clock()
        return held.viewer

    def objection(self, key_id: str) -> Unauthenticated | None:
        """Why whoever came with this key must leave now."""
        held = self._held.get(key_id)
        return self._objection(held.key) if held else Unauthenticated(NOT_VALID)

    def _objection(self, key: key_table.Key) -> Unauthenticated | None:
        state = key.state(self._clock())
        return None if state == "valid" else Unauthenticated(OBJECTIONS[state])

    async def look(self) -> None:
        """Takes over the table where anything in it is new."""
        revision = await key_table.newest(self._database)
        if revision != self._revision:
            keys = await key_table.all_keys(self._database)
            self._held = {key.id: Held(key, key.viewer()) for key in keys}
            self._revision = revision

    async def note_uses(self) -> None:
        """Writes when keys were last used; no request waits for it."""
        used, self._used = self._used, {}
        if used:
            await key_table.note_used(self._database, used)
