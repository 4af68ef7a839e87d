"""The doorkeeper as the deployment says."""

import ipaddress
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from gql_app.database import Database
from gql_app.errors import BadSetting
from gql_app.settings import Settings
from gql_app.viewers.doorkeeper import Doorkeeper, Stance
from gql_app.viewers.issuer import published_at
from gql_app.viewers.key_ring import KeyRing
from gql_app.viewers.rules import Binding, Rules
from gql_app.viewers.signers import PublishedKeys, SharedSecret
from gql_app.viewers.tokens import Tokens

SHORTEST_SECRET = 32
SHORT = "GQL_APP_JWT_SECRET is shorter than 32 bytes, so it could be guessed: make one with `openssl rand -base64 48`."
PUBLIC = "GQL_APP_JWT_SECRET is a public key, which is no secret: publish it at GQL_APP_JWT_JWKS_URL instead."
BOTH_SIGNERS = "GQL_APP_JWT_SECRET and GQL_APP_JWT_JWKS_URL are both set: choose one."
BOTH_CLAIMS = "GQL_APP_JWT_CUSTOMER_CLAIM and GQL_APP_JWT_CUSTOMER_ID_CLAIM are both set: choose one."
NO_SIGNER = "GQL_APP_JWT_... is set, but neither GQL_APP_JWT_SECRET nor GQL_APP_JWT_JWKS_URL says who signs tokens."
NO_AUDIENCE = "GQL_APP_JWT_AUDIENCE is missing: without it a token that the issuer made for any other service would do."
NOT_HTTPS = "GQL_APP_JWT_JWKS_URL must begin with https://, or anybody on the way could put keys of their own there."
OPEN_AND_CLOSED = "GQL_APP_OPEN_TO_READERS is true, but GQL_APP_JWT_... says that readers show tokens: choose one."

Chores = tuple[Callable[[], Coroutine[Any, Any, None]], ...]


async def open_doorkeeper(settings: Settings, database: Database) -> Doorkeeper:
    """Knows the keys there are; raises BadSetting where the settings contradict one another."""
    tokens, chores = tokens_of(settings)
    ring = KeyRing(database)
    await ring.look()
    return Doorkeeper(ring, tokens, stance_of(settings), chores)


def stance_of(settings: Settings) -> Stance:
    """Whether readers need a token."""
    if settings.open_to_readers:
        return "open"
    return "closed" if has_tokens(settings) or not is_loopback(settings.host) else "local"


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach it; a name other than localhost may mean anything."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def has_tokens(settings: Settings) -> bool:
    """Whether readers may show tokens that somebody else signs; raises BadSetting where that is half said."""
    if (
        settings.jwt_secret is None
        and settings.jwt_jwks_url is None
        and (settings.jwt_audience or settings.jwt_issuer or _binding(settings))
    ):
        raise BadSetting(NO_SIGNER)
    return settings.jwt_secret is not None or settings.jwt_jwks_url is not None


def tokens_of(settings: Settings) -> tuple[Tokens | None, Chores]:
    """How tokens are verified, None where there are none, and what must run for it; raises BadSetting."""
    rules = Rules(
        settings.jwt_audience,
        settings.jwt_issuer,
        settings.jwt_leeway_seconds,
        settings.jwt_scope_claim,
        _binding(settings),
    )
    if not has_tokens(settings):
        return None, ()
    if settings.open_to_readers:
        raise BadSetting(OPEN_AND_CLOSED)
    if settings.jwt_secret is not None:
        return Tokens(SharedSecret(_secret(settings)), rules), ()
    signers = PublishedKeys(partial(published_at, _address(settings)))
    return Tokens(signers, rules), (signers.run,)


def _secret(settings: Settings) -> str:
    assert settings.jwt_secret is not None
    secret = settings.jwt_secret.get_secret_value()
    if settings.jwt_jwks_url is not None:
        raise BadSetting(BOTH_SIGNERS)
    if secret.lstrip().startswith(("-----BEGIN", "ssh-")):
        raise BadSetting(PUBLIC)
    if len(secret.encode()) < SHORTEST_SECRET:
        raise BadSetting(SHORT)
    return secret


def _address(settings: Settings) -> str:
    url = settings.jwt_jwks_url or ""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
        raise BadSetting(NOT_HTTPS)
    if not settings.jwt_audience:
        raise BadSetting(NO_AUDIENCE)
    return url


def _binding(settings: Settings) -> Binding | None:
    if settings.jwt_customer_claim and settings.jwt_customer_id_claim:
        raise BadSetting(BOTH_CLAIMS)
    if settings.jwt_customer_claim:
        return Binding(settings.jwt_customer_claim, "source_id")
    return Binding(settings.jwt_customer_id_claim, "id") if settings.jwt_customer_id_claim else None
