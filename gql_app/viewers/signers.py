"""Whose signatures are believed: those made with a secret we share, or with the keys that an issuer publishes."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import jwt

from gql_app.errors import Unchecked

SYMMETRIC = ("HS256", "HS384", "HS512")
ASYMMETRIC = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")

log = logging.getLogger(__name__)

Fetch = Callable[[], Awaitable[Any]]


class SharedSecret:
    """One secret, whatever key id a token names; asymmetric algorithms are none of its own."""

    algorithms = SYMMETRIC

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    async def find(self, key_id: str | None) -> bytes:
        """The secret."""
        return self._secret


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often an issuer is asked for its keys: at least every `lasting` seconds, at most every `eager` ones."""

    lasting: float = 300.0
    eager: float = 10.0


class PublishedKeys:
    """An issuer's public keys, by their id; while it cannot be reached, those that were known stay known."""

    algorithms = ASYMMETRIC

    def __init__(self, fetch: Fetch, rhythm: Rhythm | None = None) -> None:
        self._fetch = fetch
        self._rhythm = rhythm or Rhythm()
        self._keys: dict[str | None, jwt.PyJWK] | None = None
        self._asked_at = float("-inf")
        self._wanted = asyncio.Event()
        self._answered = asyncio.Condition()

    async def find(self, key_id: str | None) -> jwt.PyJWK | None:
        """The key of this id, or the only one where a token names none; one that is not known may be new."""
        if self._keys is None or (key_id not in self._keys and self._may_ask()):
            await self._ask()
        if self._keys is None:
            raise Unchecked()
        return self._keys.get(key_id)

    def _may_ask(self) -> bool:
        return asyncio.get_running_loop().time() - self._asked_at >= self._rhythm.eager

    async def _ask(self) -> None:
        """Waits for the next answer of the issuer, or for the news that there is none."""
        async with self._answered:
            if self._may_ask():
                self._wanted.set()
                await self._answered.wait()

    async def run(self) -> None:
        """Fetches until cancelled: when it is time, and when somebody misses a key."""
        while True:
            await self._fetch_once()
            self._wanted.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._rhythm.lasting):
                    await self._wanted.wait()

    async def _fetch_once(self) -> None:
        try:
            self._keys = usable(await self._fetch())
        except Exception as error:
            log.warning("signing_keys_unread", extra={"error": type(error).__name__})
        async with self._answered:
            self._asked_at = asyncio.get_running_loop().time()
            self._answered.notify_all()


def usable(published: Any) -> dict[str | None, jwt.PyJWK]:
    """The keys that may verify a signature, by id; the only one is also found without. Symmetric ones are left out:
    what is published is no secret.
    """
    found = [key for key in jwt.PyJWKSet.from_dict(published).keys if _may_verify(key)]
    keys: dict[str | None, jwt.PyJWK] = {key.key_id: key for key in found if key.key_id is not None}
    return keys | ({None: found[0]} if len(found) == 1 else {})


def _may_verify(key: jwt.PyJWK) -> bool:
    return key.algorithm_name in ASYMMETRIC and key.public_key_use in (None, "sig")
