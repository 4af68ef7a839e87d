"""`gql-app serve`."""

import asyncio
import gc
import logging
import signal
import socket
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager, suppress

import uvicorn

from gql_app.app import Parts, running
from gql_app.commands.migrate import place
from gql_app.database import SqliteAddress, read_address
from gql_app.database.migrate import migrate
from gql_app.demo.teller import tell
from gql_app.errors import BadSetting
from gql_app.observe import configure_logs
from gql_app.settings import Settings

DEMO_SEED = 7
LARGEST_FRAME = 1024 * 1024
BACKLOG = 2048
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)

log = logging.getLogger(__name__)


def serve_here(settings: Settings, demo: bool) -> None:
    """Serves until told to stop."""
    configure_logs(settings.log_format)
    loop_factory = uvicorn.Config("", log_config=None).get_loop_factory()
    with suppress(KeyboardInterrupt), asyncio.Runner(loop_factory=loop_factory) as runner:
        runner.run(serve(settings, demo))


async def serve(settings: Settings, demo: bool) -> None:
    """Listens first, so that a taken port is said before anything is touched."""
    listener = listen(settings.host, settings.port)
    url = settings.database_url.get_secret_value()
    async with AsyncExitStack() as stack:
        stack.callback(listener.close)
        if isinstance(read_address(url), SqliteAddress):
            await migrate(url)
        parts = await stack.enter_async_context(running(settings))
        here = f"http://{_shown(settings.host)}:{listener.getsockname()[1]}"
        quiet_collector()
        print(welcome(settings, here), flush=True)
        teller = asyncio.create_task(_tell(here, settings), name="demo") if demo else None
        try:
            await GentleServer(_config(parts), parts).serve([listener])
        finally:
            if teller is not None:
                teller.cancel()
                with suppress(asyncio.CancelledError):
                    await teller


def quiet_collector() -> None:
    """Looks for garbage less often, and never again through what was built once and stays."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


class GentleServer(uvicorn.Server):
    """Says goodbye to sockets in our own words before uvicorn closes them."""

    def __init__(self, config: uvicorn.Config, parts: Parts) -> None:
        super().__init__(config)
        self._parts = parts

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Being told to stop is no failure: what comes after serving is still done, and the exit is 0."""
        before = {number: signal.signal(number, self.handle_exit) for number in STOP_SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Sockets get 1012 and a reason; requests are answered before connections close."""
        await self._parts.socket.sockets.close_all()
        await super().shutdown(sockets)


def _config(parts: Parts) -> uvicorn.Config:
    return uvicorn.Config(
        parts.doors,
        lifespan="off",
        log_config=None,
        access_log=False,
        ws_max_size=LARGEST_FRAME,
        ws_per_message_deflate=False,
        ws_ping_interval=20,
        timeout_graceful_shutdown=10,
        server_header=False,
    )


async def _tell(here: str, settings: Settings) -> None:
    secret = settings.webhook_secrets[0].get_secret_value() if settings.webhook_secrets else None
    try:
        await tell(here, secret, DEMO_SEED)
    except Exception as error:
        log.error("demo_stopped", extra={"error": type(error).__name__})


def listen(host: str, port: int) -> socket.socket:
    """A socket whose connections wait until they are served; raises BadSetting where the address is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio sends small answers at once instead of waiting for more (TCP_NODELAY).
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        raise BadSetting(f"Cannot listen on {host}:{port} ({error}): set --port or GQL_APP_PORT.") from None
    return listener


def welcome(settings: Settings, here: str) -> str:
    """Every address, and what is not secured yet."""
    lines = [
        "Customer Graph",
        f"  GraphQL   {here}/graphql",
        f"  IDE       {here}/graphql   (open it in a browser)",
        f"  Live      {here.replace('http', 'ws', 1)}/graphql   (graphql-transport-ws)",
        f"  Webhook   {here}/webhooks/voucherify",
        f"  Health    {here}/health/ready",
        f"  Database  {place(settings.database_url.get_secret_value())}",
        *(f"  ! {line}" for line in unsecured(settings)),
    ]
    return "\n".join(lines)


def unsecured(settings: Settings) -> list[str]:
    """What anybody who reaches the port may do."""
    lines = ["Readers are not authenticated: whoever reaches this port may read every customer."]
    if not settings.webhook_secrets:
        lines.append("Webhooks are not verified: set GQL_APP_WEBHOOK_SECRETS to the project's secret.")
    return lines


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host
