"""The service as a test meets it: events are told, questions asked, changes watched, all through the real doors."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import uvicorn
from websockets.asyncio.client import ClientConnection, connect

from gql_app.app import running
from gql_app.assembly import Parts
from gql_app.settings import Settings

PAYLOADS = Path(__file__).parent / "payloads"
SOON = 10.0
"""Seconds after which something that should happen is taken not to."""


def payload(name: str) -> Any:
    """A published sample, such as seeds/customer.created."""
    return json.loads((PAYLOADS / f"{name}.json").read_text())


@dataclass
class Watcher:
    """One client on one socket."""

    socket: ClientConnection
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    async def subscribe(self, query: str, **variables: Any) -> str:
        """Subscribes; returns the operation's id."""
        name = str(next(self.ids))
        body = {"query": query, "variables": variables}
        await self.socket.send(json.dumps({"id": name, "type": "subscribe", "payload": body}))
        return name

    async def message(self) -> dict[str, Any]:
        """The next message of any operation."""
        async with asyncio.timeout(SOON):
            said: dict[str, Any] = json.loads(await self.socket.recv())
        return said

    async def data(self) -> dict[str, Any]:
        """The data of the next message, which must be a `next`."""
        message = await self.message()
        assert message["type"] == "next", message
        result: dict[str, Any] = message["payload"]["data"]
        return result


@dataclass
class Stage:
    """A running service and a client of it."""

    parts: Parts
    client: httpx2.AsyncClient
    url: str
    sendouts: Any = field(default_factory=lambda: itertools.count(1))

    async def post(self, event_type: str, data: Any) -> httpx2.Response:
        """Posts a bare data object, as a raw-payload distribution does."""
        return await self.client.post(f"/webhooks/voucherify/{event_type}", json=data)

    async def tell(
        self, event_type: str, data: Any, at: str, sendout: str | None = None, event: str | None = None
    ) -> str:
        """Posts an enveloped event; returns its status."""
        number = next(self.sendouts)
        body = envelope(event_type, data, at, sendout or f"whs_{number:018d}a", event or f"evcus_{number:018d}")
        response = await self.client.post("/webhooks/voucherify", json=body)
        assert response.status_code == 202, response.text
        status: str = response.json()["status"]
        return status

    async def ask(self, query: str, **variables: Any) -> Any:
        """The data of an answer without errors."""
        answer = await self.answer(query, **variables)
        assert "errors" not in answer, answer
        return answer["data"]

    async def answer(self, query: str, **variables: Any) -> dict[str, Any]:
        """The whole response map."""
        response = await self.client.post("/graphql", json={"query": query, "variables": variables})
        said: dict[str, Any] = response.json()
        return said

    @asynccontextmanager
    async def watcher(self) -> AsyncIterator[Watcher]:
        """A socket that has been let in."""
        address = self.url.replace("http", "ws", 1) + "/graphql"
        async with connect(address, subprotocols=["graphql-transport-ws"]) as socket:  # type: ignore[list-item]
            await socket.send(json.dumps({"type": "connection_init"}))
            assert json.loads(await socket.recv())["type"] == "connection_ack"
            yield Watcher(socket)


def envelope(event_type: str, data: Any, at: str, sendout: str, event: str) -> dict[str, Any]:
    """An event as a project webhook sends it."""
    return {
        "id": sendout,
        "project_id": "proj_test",
        "created_at": at,
        "type": event_type,
        "data": data,
        "source": {"id": "wh_test", "object": "webhook", "target_url": "https://mirror.example.test"},
        "event": {"id": event, "type": event_type, "created_at": at},
    }


@asynccontextmanager
async def on_stage(database_url: str, tracer: Any = None, **settings: Any) -> AsyncIterator[Stage]:
    """The service on this database, behind a socket of its own."""
    given = Settings(database_url=database_url, **({"poll_seconds": 0.5} | settings))
    async with (
        running(given, tracer=tracer) as parts,
        _served(parts) as url,
        httpx2.AsyncClient(base_url=url, timeout=30, trust_env=False, verify=False) as client,
    ):
        yield Stage(parts, client, url)


@asynccontextmanager
async def _served(parts: Parts) -> AsyncIterator[str]:
    config = uvicorn.Config(parts.doors, host="127.0.0.1", port=0, lifespan="off", log_config=None, access_log=False)
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    serving = asyncio.create_task(server.serve())
    try:
        while not server.started:
            await asyncio.sleep(0)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await serving
