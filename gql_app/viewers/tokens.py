"""JSON Web Tokens: who they say asks, once they are verified."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import jwt

from gql_app.errors import Unauthenticated
from gql_app.viewers.rules import Rules, viewer_of
from gql_app.viewers.viewer import Viewer

TRUSTED_SECONDS = 5.0
"""For how long a token that was verified is not verified again."""

MOST_TRUSTED = 4096
LONGEST = 16_384
NOT_VALID = "The token is not valid."
COMPLAINTS: dict[type[Exception], str] = {
    jwt.ExpiredSignatureError: "The token has expired.",
    jwt.ImmatureSignatureError: "The token is not valid yet.",
    jwt.InvalidAudienceError: "The token is meant for another service (aud).",
    jwt.InvalidIssuerError: "The token comes from another issuer (iss).",
}
"""What is said beside `not valid`; signatures are checked first, so only who was given a token hears it."""


class Signers(Protocol):
    """The keys that may have signed a token."""

    @property
    def algorithms(self) -> tuple[str, ...]:
        """Those that such a key may be used with; a token's own word for it counts for nothing else."""

    async def find(self, key_id: str | None) -> Any:
        """The key of this id, None where there is none; raises Unchecked where that cannot be known now."""


@dataclass(frozen=True, slots=True)
class Trusted:
    """Who a token stands for, and until when that is believed."""

    viewer: Viewer
    until: float


class Tokens:
    """Verifies each token once in a while, and remembers it by its hash in between."""

    def __init__(self, signers: Signers, rules: Rules, clock: Callable[[], float] = time.time) -> None:
        self._signers = signers
        self._rules = rules
        self._clock = clock
        self._jwt = jwt.PyJWT({"enforce_minimum_key_length": True})
        self._trusted: dict[bytes, Trusted] = {}

    async def viewer(self, token: str) -> Viewer:
        """Who asks with this token; raises Unauthenticated where it is not to be believed."""
        digest, now = hashlib.sha256(token.encode()).digest(), self._clock()
        known = self._trusted.get(digest)
        if known is not None and now < known.until:
            return known.viewer
        viewer = await self._verified(token)
        self._trust(digest, Trusted(viewer, min(now + TRUSTED_SECONDS, viewer.expires_at or 0)))
        return viewer

    def _trust(self, digest: bytes, trusted: Trusted) -> None:
        self._trusted.pop(digest, None)
        self._trusted[digest] = trusted
        if len(self._trusted) > MOST_TRUSTED:
            del self._trusted[next(iter(self._trusted))]

    async def _verified(self, token: str) -> Viewer:
        if len(token) > LONGEST:
            raise Unauthenticated(NOT_VALID)
        try:
            key = await self._signers.find(jwt.get_unverified_header(token).get("kid"))
            return viewer_of(self._decoded(token, key), self._rules)
        except jwt.MissingRequiredClaimError as error:
            raise Unauthenticated(f"The token does not say what it must: the claim {error.claim} is missing.") from None
        except (jwt.PyJWTError, ValueError, OverflowError, RecursionError) as error:
            raise Unauthenticated(COMPLAINTS.get(type(error), NOT_VALID)) from None

    def _decoded(self, token: str, key: Any) -> dict[str, Any]:
        if key is None:
            raise Unauthenticated(NOT_VALID)
        return self._jwt.decode(
            token,
            key,
            algorithms=list(self._signers.algorithms),
            audience=self._rules.audience or None,
            issuer=list(self._rules.issuer) or None,
            leeway=self._rules.leeway,
            options={"require": ["exp"]},
        )
