"""Customer Graph itself, through its real doors."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

from pydantic import SecretStr

from bench.events import SECRET
from gql_app.app import running
from gql_app.commands.server import quiet_collector
from gql_app.mirror.arrival import Arrival, Settled
from gql_app.mirror.inbox import Inbox
from gql_app.settings import Settings
from gql_app.web.webhook import Webhook


@asynccontextmanager
async def product(url: str, connections: int) -> AsyncIterator[Any]:
    """As `gql-app serve` runs it, with webhooks verified."""
    async with _serving(url, connections) as doors:
        yield doors


@asynccontextmanager
async def deaf(url: str, connections: int) -> AsyncIterator[Any]:
    """The same where no word of other processes comes through: only the slow poll finds what they wrote."""
    async with _serving(url, connections, feed_url=SecretStr("memory://")) as doors:
        yield doors


@asynccontextmanager
async def _serving(url: str, connections: int, **further: Any) -> AsyncIterator[Any]:
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        database_url=SecretStr(url),
        read_connections=connections,
        webhook_secrets=(SecretStr(SECRET),),
        **further,
    )
    async with running(settings) as parts:
        quiet_collector()
        yield parts.doors


class Nowhere:
    """Takes every event at once, and keeps none."""

    async def take(self, arrival: Arrival) -> Settled:
        """What an inbox says of an event that nothing speaks against."""
        return Settled("quarantined" if arrival.reason else "applied", arrival.reason)


@asynccontextmanager
async def without_database(url: str, connections: int) -> AsyncIterator[Any]:
    """The real door with the database taken out: verifies, understands, answers."""
    door: Any = Webhook(cast("Inbox", Nowhere()), [SECRET], Settings(_env_file=None).max_body_bytes)  # type: ignore[call-arg]
    quiet_collector()
    yield door
