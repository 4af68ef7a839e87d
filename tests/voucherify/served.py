"""The fake behind a socket of its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn

from tests.voucherify.api import Api


@asynccontextmanager
async def served(api: Api) -> AsyncIterator[str]:
    """Its address, for as long as the context lasts."""
    config = uvicorn.Config(
        api, host="127.0.0.1", port=0, lifespan="off", log_config=None, access_log=False, date_header=False
    )
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    serving = asyncio.create_task(server.serve())
    try:
        while not server.started:
            await asyncio.sleep(0)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving
