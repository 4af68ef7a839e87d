"""One process that serves: uvicorn, which says goodbye in our words."""

import asyncio
import gc
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

import uvicorn

from gql_app.assembly import Parts
from gql_app.commands.collector import quiet_collector
from gql_app.commands.punctual import Punctual, hang_up_on_the_late

LARGEST_FRAME = 1024 * 1024
STOP_SECONDS = 13
"""Within 15, so that whoever told us to stop need not kill us: farewells, requests, the writer and the database have
their own limits before.
"""

WRITE_SECONDS = 4.0
SOCKETS_A_SWEEP = 500
"""Each leaves about 20 kB."""

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)

log = logging.getLogger(__name__)


def run(serving: Coroutine[Any, Any, None]) -> None:
    """On the fastest loop there is; told to stop by the keyboard is no failure."""
    loop_factory = uvicorn.Config("", log_config=None).get_loop_factory()
    with suppress(KeyboardInterrupt), asyncio.Runner(loop_factory=loop_factory) as runner:
        runner.run(serving)


async def serve(parts: Parts, listener: socket.socket, begun: Callable[["GentleServer"], None]) -> None:
    """Serves until told to stop."""
    quiet_collector()
    server = GentleServer(parts)
    begun(server)
    await server.serve([listener])


def end_in_time() -> None:
    """A process told to stop ends, whatever it still waits for: a database that hangs holds nothing but what nobody was
    told is stored.
    """
    alarm = threading.Timer(STOP_SECONDS, _end)
    alarm.daemon = True
    alarm.start()


def _end() -> None:
    log.error("stopped_hard", extra={"after_seconds": STOP_SECONDS})
    os._exit(1)


class GentleServer(uvicorn.Server):
    """Says goodbye to who listens in our own words before uvicorn closes connections."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(_config(parts))
        self._parts = parts
        self._swept = 0

    def stop(self) -> None:
        """As a signal does."""
        self.should_exit = True
        end_in_time()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """From the first signal on, the time to end in is measured."""
        if not self.should_exit:
            end_in_time()
        super().handle_exit(sig, frame)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Being told to stop is no failure: what comes after serving is still done, and the exit is 0."""
        before = {number: signal.signal(number, self.handle_exit) for number in STOP_SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def on_tick(self, counter: int) -> bool:
        """Once a second, whoever does not come to the end of asking is no longer waited for."""
        if counter % 10 == 0:
            latest = asyncio.get_running_loop().time() - self._parts.settings.request_seconds
            hang_up_on_the_late(self.server_state.connections, latest)
            self._sweep()
        return await super().on_tick(counter)

    def _sweep(self) -> None:
        """What sockets leave behind points at itself, and would lie about for long: the collector is rarely there."""
        let_go = self._parts.socket.sockets.let_go
        if let_go - self._swept >= SOCKETS_A_SWEEP:
            self._swept = let_go
            gc.collect()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Sockets get 1012 and a reason, streams end; requests are answered before connections close, deliveries that
        cannot be written by then with 503.
        """
        asyncio.get_running_loop().call_later(WRITE_SECONDS, self._parts.inbox.give_up)
        await self._parts.send_listeners_away()
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
        timeout_graceful_shutdown=5,
        server_header=False,
        http=Punctual,
        proxy_headers=bool(parts.settings.trusted_proxies),
        forwarded_allow_ips=list(parts.settings.trusted_proxies),
    )
