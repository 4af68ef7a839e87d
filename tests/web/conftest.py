"""A real uvicorn on loopback, and clients for it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest
import uvicorn
from starlette.responses import HTMLResponse

from gql_app.errors import Forbidden
from gql_app.viewers.guests import Guests
from gql_app.viewers.viewer import EVERYONE, Viewer
from gql_app.web.graphql import GraphQLOverHTTP
from gql_app.web.limits import Limits
from gql_app.web.socket import GraphQLOverWebSocket

from .counter import Counter
from .talk import Talk

Serve = Callable[..., Awaitable["Served"]]


@dataclass
class Served:
    """A running server, and its own gate; `seen` is what clients said about themselves, `left` that one was let go."""

    engine: Counter
    limits: Limits
    port: int = 0
    seen: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.left = asyncio.Event()
        self.guests = Guests(lambda viewer: None)
        self.http = GraphQLOverHTTP(self.engine, self, 10_000, _page, self.limits)
        self.socket = GraphQLOverWebSocket(self.engine, self, self.limits, {"https://Shop.example/"})

    async def admit(self, fields: Any) -> Viewer:
        return EVERYONE

    async def greet(self, payload: dict[str, Any] | None, headers: Any) -> Viewer:
        self.seen.append((payload, headers))
        if payload == {"Authorization": "Bearer wrong"}:
            raise Forbidden
        if payload == {"Authorization": "Bearer crash"}:
            raise ValueError("a secret of ours")
        if payload == {"Authorization": "Bearer slow"}:
            await asyncio.Event().wait()
        name = (payload or {}).get("as")
        return EVERYONE if name is None else Viewer(subject=name)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        app = self.socket if scope["type"] == "websocket" else self.http
        try:
            await app(scope, receive, send)
        finally:
            self.left.set()


def _page() -> HTMLResponse:
    return HTMLResponse("<p>the page</p>")


@asynccontextmanager
async def running(served: Served) -> AsyncIterator[Served]:
    config = uvicorn.Config(
        served, "127.0.0.1", 0, log_config=None, lifespan="off", ws_max_size=2_000_000, timeout_keep_alive=1
    )
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    served.port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield served
    finally:
        await served.socket.sockets.close_all()
        await served.http.streams.close_all()
        await server.shutdown()


@pytest.fixture(autouse=True)
def no_trouble(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """Nothing a client does is an error of ours, unless the test takes what was logged."""
    expected: list[str] = []
    yield expected
    errors = [r.getMessage() for r in caplog.get_records("call") if r.levelno >= logging.ERROR]
    assert [error for error in errors if not any(words in error for words in expected)] == []


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    async with AsyncExitStack() as stack:

        async def start(**limits: Any) -> Served:
            return await stack.enter_async_context(running(Served(Counter(), Limits(**limits))))

        yield start


@pytest.fixture
async def served(serve: Serve) -> Served:
    return await serve()


@pytest.fixture
async def http(served: Served) -> AsyncIterator[httpx2.AsyncClient]:
    url = f"http://127.0.0.1:{served.port}"
    async with httpx2.AsyncClient(base_url=url, trust_env=False, verify=False, headers={"accept": "*/*"}) as client:
        yield client


@pytest.fixture
async def talk(served: Served) -> AsyncIterator[Talk]:
    """A client that has been let in."""
    async with Talk.to(served.port) as talk:
        await talk.greet()
        yield talk


@pytest.fixture
async def stranger(served: Served) -> AsyncIterator[Talk]:
    """A client that has said nothing yet."""
    async with Talk.to(served.port) as talk:
        yield talk
