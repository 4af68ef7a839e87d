"""Customer Graph itself, through its real doors."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from pydantic import SecretStr

from bench.events import SECRET
from gql_app.app import running
from gql_app.commands.serve import quiet_collector
from gql_app.settings import Settings


@asynccontextmanager
async def product(url: str, connections: int) -> AsyncIterator[Any]:
    """As `gql-app serve` runs it, with webhooks verified."""
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        database_url=SecretStr(url),
        read_connections=connections,
        webhook_secrets=(SecretStr(SECRET),),
    )
    async with running(settings) as parts:
        quiet_collector()
        yield parts.doors
