"""The process of one contestant. What to serve comes as the first line of standard input; its end is ours.

Each further line is answered with the CPU seconds this process has used.
"""

import asyncio
import json
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib import import_module
from typing import Any

import uvicorn

SETTINGS: dict[str, Any] = {
    "lifespan": "off",
    "log_config": None,
    "log_level": "warning",
    "access_log": False,
    "ws_per_message_deflate": False,
}

Opening = Callable[[str, int], AbstractAsyncContextManager[Any]]


def opening(kind: str) -> Opening:
    """How the contestant of this kind, `module:function`, is opened."""
    module, name = kind.split(":")
    found: Opening = getattr(import_module(f"bench.contestants.{module}"), name)
    return found


async def serve(kind: str, url: str, connections: int) -> None:
    """Serves on a free port of 127.0.0.1, the same way for everybody."""
    async with opening(kind)(url, connections) as application:
        listener = _listen()
        config = uvicorn.Config(application, **SETTINGS)
        server = uvicorn.Server(config)
        async with _reporting(server):
            print(listener.getsockname()[1], flush=True)
            await server.serve([listener])


def _listen() -> socket.socket:
    """Says that it is TCP: asyncio switches off Nagle's algorithm only for sockets that say so."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen(512)
    return listener


@asynccontextmanager
async def _reporting(server: uvicorn.Server) -> AsyncIterator[None]:
    task = asyncio.create_task(_report(server))
    try:
        yield
    finally:
        task.cancel()


async def _report(server: uvicorn.Server) -> None:
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.readline():
        print(time.process_time(), flush=True)
    server.should_exit = True


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvicorn.Config("").get_loop_factory()) as runner:
        runner.run(serve(**json.loads(sys.stdin.readline())))
