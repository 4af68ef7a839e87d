"""Lets readers in, and says when they must go."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Literal

from gql_app.errors import Unauthenticated
from gql_app.viewers.guests import Guests
from gql_app.viewers.key_ring import KeyRing
from gql_app.viewers.keys import PREFIX
from gql_app.viewers.rounds import Rhythm, Rounds
from gql_app.viewers.tokens import Tokens
from gql_app.viewers.viewer import EVERYONE, Viewer

Stance = Literal["closed", "open", "local"]
"""Readers must show a token; need none; or need none from this machine for as long as no API key was ever created."""

SWEEPING = Rhythm(lasting=1.0, eager=1.0)

OTHER_SCHEME = "Authorization must read `Bearer <API key or token>`."
NOW_NEEDED = "A token is needed now: send `Authorization: Bearer <API key or token>`."
EXPIRED = "The token has expired."


class Doorkeeper:
    """Knows the keys and how tokens are verified; `chores` are what must run so that it stays so."""

    def __init__(
        self,
        ring: KeyRing,
        tokens: Tokens | None,
        stance: Stance,
        chores: Sequence[Callable[[], Coroutine[Any, Any, None]]] = (),
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.guests = Guests(self.objection)
        self.ring = ring
        self._tokens = tokens
        self._stance = stance
        self._chores = (*chores, *ring.chores, Rounds(self.guests.sweep, SWEEPING, "guests_unswept").run)
        self._clock = clock

    @property
    def is_open(self) -> bool:
        """Whether readers need no token."""
        return self._stance == "open" or self.is_open_to_this_machine

    @property
    def is_open_to_this_machine(self) -> bool:
        """Whether that is so only because nothing was configured."""
        return self._stance == "local" and self.ring.is_empty

    async def admit(self, authorization: str | None) -> Viewer:
        """Who asks, by what the header says; raises Unauthenticated, or Unchecked where nobody can tell now."""
        if self.is_open:
            return EVERYONE
        if authorization is None:
            raise Unauthenticated
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not (token := token.strip()):
            raise Unauthenticated(OTHER_SCHEME)
        if self._tokens is None or token.startswith(PREFIX):
            return await self.ring.viewer(token)
        return await self._tokens.viewer(token)

    def objection(self, viewer: Viewer) -> Unauthenticated | None:
        """Why this viewer, who was let in before, must go now."""
        if viewer is EVERYONE:
            return None if self.is_open else Unauthenticated(NOW_NEEDED)
        if viewer.key_id is not None:
            return self.ring.objection(viewer.key_id)
        has_expired = viewer.expires_at is not None and viewer.expires_at <= self._clock()
        return Unauthenticated(EXPIRED) if has_expired else None

    async def run(self) -> None:
        """Keeps what it knows current, and sees out who must go, until cancelled."""
        async with asyncio.TaskGroup() as group:
            for chore in self._chores:
                group.create_task(chore())
