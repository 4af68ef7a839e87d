"""`gql-app serve`."""

import asyncio
import logging
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from gql_app.app import running
from gql_app.commands import server
from gql_app.commands.keeping import at_desk
from gql_app.commands.listening import listeners
from gql_app.commands.migrate import place
from gql_app.commands.safety import refuse_to_be_reached, unsecured
from gql_app.commands.worker import Job
from gql_app.commands.workers import Workers, refuse_what_cannot_be_shared
from gql_app.database import SqliteAddress, read_address
from gql_app.database.migrate import migrate
from gql_app.demo.teller import tell
from gql_app.observe import configure_logs
from gql_app.observe.traces import is_on, tracing
from gql_app.settings import Settings
from gql_app.viewers.opening import open_doorkeeper
from gql_app.web.siblings import Seat

DEMO_SEED = 7

log = logging.getLogger(__name__)


def serve_here(settings: Settings, demo: bool) -> None:
    """Serves until told to stop."""
    configure_logs(settings.log_format, is_on(os.environ))
    if demo and "log_webhooks" not in settings.model_fields_set:
        settings = settings.model_copy(update={"log_webhooks": False})
    if settings.workers > 1:
        refuse_what_cannot_be_shared(settings)
    asyncio.run(refuse_to_be_reached(settings))
    with listeners(settings.host, settings.port, settings.workers) as found:
        server.run(_serve(settings, found, demo))


async def _serve(settings: Settings, found: list[socket.socket], demo: bool) -> None:
    """Tables are made once, before anybody works on them; the address has been taken before that."""
    url = settings.database_url.get_secret_value()
    if isinstance(read_address(url), SqliteAddress):
        await migrate(url)
    here = f"http://{_shown(settings.host)}:{found[0].getsockname()[1]}"
    async with _telling(here, settings, demo):
        if settings.workers > 1:
            async with at_desk(settings, settings.database_wait_seconds) as desk:
                is_open = (await open_doorkeeper(settings, desk.database)).is_open
                print(welcome(settings, here, is_open), flush=True)
            with TemporaryDirectory(prefix="gql-app-", ignore_cleanup_errors=True) as folder:
                seats = [Seat(number, len(found), Path(folder)) for number in range(len(found))]
                await Workers([Job(settings, *one) for one in zip(found, seats, strict=True)]).run()
            return
        with tracing(os.environ) as tracer:
            async with running(settings, tracer=tracer) as parts:
                said = welcome(settings, here, parts.doorkeeper.is_open)
                await server.serve(parts, found[0], lambda _: print(said, flush=True))


@asynccontextmanager
async def _telling(here: str, settings: Settings, demo: bool) -> AsyncIterator[None]:
    teller = asyncio.create_task(_tell(here, settings), name="demo") if demo else None
    try:
        yield
    finally:
        if teller is not None:
            teller.cancel()
            with suppress(asyncio.CancelledError):
                await teller


async def _tell(here: str, settings: Settings) -> None:
    secret = settings.webhook_secrets[0].get_secret_value() if settings.webhook_secrets else None
    try:
        await tell(here, secret, DEMO_SEED)
    except Exception as error:
        log.error("demo_stopped", extra={"error": type(error).__name__})


def welcome(settings: Settings, here: str, is_open: bool) -> str:
    """Every address, and what is not secured yet; `is_open` where readers need no token."""
    lines = [
        "Customer Graph",
        f"  GraphQL   {here}/graphql",
        f"  IDE       {here}/graphql   (open it in a browser)",
        f"  Live      {here.replace('http', 'ws', 1)}/graphql   (graphql-transport-ws)",
        f"  Webhook   {here}/webhooks/voucherify",
        f"  Health    {here}/health/ready",
        f"  Database  {place(settings.database_url.get_secret_value())}",
        *([f"  Workers   {settings.workers}"] if settings.workers > 1 else []),
        *(f"  ! {line}" for line in unsecured(settings, is_open)),
    ]
    return "\n".join(lines)


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host
