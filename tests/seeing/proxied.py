"""`python -m tests.seeing.proxied`: what the world reaches through deploy/Caddyfile, and what it does not."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx2

from tests.conftest import free_port
from tests.live.served import Served, served
from tests.live.test_stopping import caller
from tests.stage import SOON

CADDYFILE = Path(__file__).parents[2] / "deploy" / "Caddyfile"
CHANGES = "subscription { customerChanges { cursor } }"


@asynccontextmanager
async def proxy(upstream: int, folder: str) -> AsyncIterator[int]:
    """Caddy as we deploy it, but for the certificate, which is its own business; the port it listens on."""
    port = free_port()
    told = {"DOMAIN": f"http://127.0.0.1:{port}", "UPSTREAM": f"127.0.0.1:{upstream}", "HOME": folder}
    words = ("caddy", "run", "--adapter", "caddyfile", "--config", str(CADDYFILE))
    with (Path(folder) / "caddy.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(*words, env=os.environ | told, stdout=log, stderr=log)
    try:
        yield port
    finally:
        process.terminate()
        await process.wait()


async def until_up(client: httpx2.AsyncClient) -> None:
    """Returns once it answers."""
    async with asyncio.timeout(SOON):
        while True:
            try:
                await client.get("/graphql")
            except httpx2.TransportError:
                await asyncio.sleep(0.1)
            else:
                return


async def look(server: Served, port: int) -> None:
    """Ends with an error where something is not as it should be."""
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        await until_up(client)
        hidden = [(await client.get(path)).status_code for path in ("/metrics", "/health/ready", "/health/live")]
        assert hidden == [404, 404, 404], hidden
        asked = await client.post("/graphql", json={"query": "{ mirror { healthy } }"})
        assert asked.json() == {"data": {"mirror": {"healthy": True}}}, asked.text
    async with caller(port) as watcher:
        await watcher.subscribe(CHANGES)
        await watcher.subscribe("{ mirror { healthy } }")
        await watcher.data()
        await watcher.message()
        await replace(server, port=port).tell(1)
        assert "cursor" in (await watcher.data())["customerChanges"]


async def check() -> None:
    """The service, behind the proxy."""
    with tempfile.TemporaryDirectory(prefix="gql-app-proxy-") as folder:
        async with (
            served("--database-url", f"sqlite:///{folder}/mirror.db") as server,
            proxy(server.port, folder) as port,
            asyncio.timeout(60),
        ):
            await look(server, port)


if __name__ == "__main__":
    asyncio.run(check())
    print("the proxy passes questions, deliveries and sockets on, and hides the rest")
