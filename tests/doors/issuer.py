"""Someone who signs tokens and publishes the keys they are signed with, on a real port."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import jwt
import uvicorn
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

AUDIENCE = "graph"
SCOPES = "customers:read orders:read mirror:read schema:read"
FORMS = {"EdDSA": OKPAlgorithm, "ES256": ECAlgorithm, "RS256": RSAAlgorithm}


def new_key(algorithm: str) -> Any:
    """A private key of this kind."""
    if algorithm == "EdDSA":
        return Ed25519PrivateKey.generate()
    if algorithm == "ES256":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(65537, 2048)


RSA_KEY = new_key("RS256")
"""Made once: it takes long."""


def claims(**given: Any) -> dict[str, Any]:
    """Those of a good token; None leaves one out."""
    said = {"sub": "ann", "aud": AUDIENCE, "exp": time.time() + 600, "scope": SCOPES} | given
    return {name: value for name, value in said.items() if value is not None}


@dataclass
class Issuer:
    """`asked` counts how often its keys were fetched; it can be told to be out of order."""

    keys: dict[str, tuple[str, Any]] = field(default_factory=lambda: {"one": ("ES256", new_key("ES256"))})
    asked: int = 0
    port: int = 0
    is_broken: bool = False

    def __post_init__(self) -> None:
        self.fetched = asyncio.Condition()

    @property
    def url(self) -> str:
        """Where its keys are."""
        return f"http://127.0.0.1:{self.port}/jwks.json"

    def token(self, key_id: str | None = "one", **given: Any) -> str:
        """A token signed with one of its keys."""
        algorithm, key = self.keys[key_id or "one"]
        return jwt.encode(claims(**given), key, algorithm, headers={"kid": key_id} if key_id else {})

    def published(self) -> dict[str, Any]:
        """What everybody may know."""
        return {"keys": [_public(name, *key) for name, key in self.keys.items()]}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body = b"out of order" if self.is_broken else json.dumps(self.published()).encode()
        await send({"type": "http.response.start", "status": 500 if self.is_broken else 200, "headers": []})
        await send({"type": "http.response.body", "body": body})
        async with self.fetched:
            self.asked += 1
            self.fetched.notify_all()


def _public(name: str, algorithm: str, key: Any) -> dict[str, Any]:
    if algorithm == "HS256":
        return {"kty": "oct", "k": key, "alg": "HS256", "kid": name}
    return FORMS[algorithm].to_jwk(key.public_key(), as_dict=True) | {"kid": name, "alg": algorithm, "use": "sig"}


@asynccontextmanager
async def publishing(issuer: Issuer) -> AsyncIterator[Issuer]:
    """The issuer, reachable."""
    config = uvicorn.Config(issuer, "127.0.0.1", 0, log_config=None, lifespan="off")
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    issuer.port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield issuer
    finally:
        await server.shutdown()
