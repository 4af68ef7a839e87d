"""Fetches the keys that an issuer publishes, without being held up or flooded by it."""

import asyncio
import json
from typing import Any

import httpx2

from gql_app.errors import MirrorError

PATIENCE = 5.0
LARGEST = 262_144


class Flooded(MirrorError):
    """What is published at GQL_APP_JWT_JWKS_URL is larger than any set of keys."""


async def published_at(url: str) -> Any:
    """The JSON at this address, which is not to send us elsewhere."""
    async with (
        asyncio.timeout(PATIENCE),
        httpx2.AsyncClient(timeout=PATIENCE) as client,
        client.stream("GET", url, headers={"accept": "application/jwk-set+json, application/json"}) as response,
    ):
        response.raise_for_status()
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > LARGEST:
                raise Flooded
    return json.loads(body)
