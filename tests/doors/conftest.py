"""A guarded service: an issuer of tokens, and API keys in every state."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from gql_app.database import Database, open_database
from gql_app.viewers import key_table
from gql_app.viewers.key_table import Grant
from gql_app.viewers.keys import Minted, mint
from gql_app.viewers.viewer import EVERYTHING, Sight
from tests.stage import Stage, on_stage

from .issuer import AUDIENCE, Issuer, publishing


@pytest.fixture
async def issuer() -> AsyncIterator[Issuer]:
    """Somebody who signs tokens."""
    async with publishing(Issuer()) as issuer:
        yield issuer


async def new_key(database: Database, sight: Sight = EVERYTHING, expires_in: float | None = None) -> Minted:
    """A key that may see this."""
    minted, now = mint(), time.time()
    expires_at = None if expires_in is None else now + expires_in
    await key_table.add(database, minted, Grant("shop", sight, expires_at), now)
    return minted


@asynccontextmanager
async def at_table(url: str) -> AsyncIterator[Database]:
    """The database, as a command sees it beside a running service."""
    database = await open_database(url, readers=1)
    try:
        yield database
    finally:
        await database.close()


@pytest.fixture
async def key(database_url: str) -> Minted:
    """A good API key."""
    async with at_table(database_url) as database:
        return await new_key(database)


@asynccontextmanager
async def guarded(database_url: str, issuer: Issuer, **settings: Any) -> AsyncIterator[Stage]:
    """The service, where readers show keys or the issuer's tokens."""
    given: dict[str, Any] = {"jwt_jwks_url": issuer.url, "jwt_audience": (AUDIENCE,), "jwt_leeway_seconds": 0}
    async with on_stage(database_url, **(given | settings)) as stage:
        yield stage
