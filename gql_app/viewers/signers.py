"""Whose signatures are believed: those made with a secret we share, or with the keys that an issuer publishes."""

from collections.abc import Awaitable, Callable
from typing import Any

import jwt

from gql_app.errors import Unchecked
from gql_app.viewers.rounds import Rhythm, Rounds

SYMMETRIC = ("HS256", "HS384", "HS512")
ASYMMETRIC = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")

USUAL = Rhythm(lasting=300, eager=10)

Fetch = Callable[[], Awaitable[Any]]


class SharedSecret:
    """One secret, whatever key id a token names; asymmetric algorithms are none of its own."""

    algorithms = SYMMETRIC

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    async def find(self, key_id: str | None) -> bytes:
        """The secret."""
        return self._secret


class PublishedKeys:
    """An issuer's public keys, by their id; while it cannot be reached, those that were known stay known."""

    algorithms = ASYMMETRIC

    def __init__(self, fetch: Fetch, rhythm: Rhythm = USUAL) -> None:
        self._fetch = fetch
        self._keys: dict[str | None, jwt.PyJWK] | None = None
        self._rounds = Rounds(self._read, rhythm, "signing_keys_unread")
        self.run = self._rounds.run

    async def find(self, key_id: str | None) -> jwt.PyJWK | None:
        """The key of this id, or the only one where a token names none; one that is not known may be new."""
        if (self._keys is None or key_id not in self._keys) and self._rounds.is_due:
            await self._rounds.next()
        if self._keys is None:
            raise Unchecked()
        return self._keys.get(key_id)

    async def _read(self) -> None:
        self._keys = usable(await self._fetch())


def usable(published: Any) -> dict[str | None, jwt.PyJWK]:
    """The keys that may verify a signature, by id; the only one is also found without. Symmetric ones are left out:
    what is published is no secret.
    """
    found = [key for key in jwt.PyJWKSet.from_dict(published).keys if _may_verify(key)]
    keys: dict[str | None, jwt.PyJWK] = {key.key_id: key for key in found if key.key_id is not None}
    return keys | ({None: found[0]} if len(found) == 1 else {})


def _may_verify(key: jwt.PyJWK) -> bool:
    return key.algorithm_name in ASYMMETRIC and key.public_key_use in (None, "sig")
