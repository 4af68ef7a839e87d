"""A WebSocket client that says exactly what it is told to."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

PATIENCE = 5.0


class Talk:
    """One socket; whatever it waits for, it waits for a few seconds only."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    @classmethod
    @asynccontextmanager
    async def to(cls, port: int, protocols: Any = ("graphql-transport-ws",), **more: Any) -> AsyncIterator[Self]:
        url = f"ws://127.0.0.1:{port}/graphql"
        async with connect(
            url,
            subprotocols=protocols,
            proxy=None,
            max_size=None,
            compression=None,
            close_timeout=0.2,
            **more,
        ) as socket:
            yield cls(socket)

    async def send(self, **frame: Any) -> None:
        await self.socket.send(json.dumps(frame))

    async def hear(self) -> Any:
        async with asyncio.timeout(PATIENCE):
            text = await self.socket.recv()
        assert isinstance(text, str)
        return json.loads(text)

    async def greet(self, **payload: Any) -> None:
        await self.send(type="connection_init", payload=payload)
        assert await self.hear() == {"type": "connection_ack"}

    async def subscribe(self, operation_id: str, query: str, **more: Any) -> None:
        await self.send(id=operation_id, type="subscribe", payload={"query": query, **more})

    async def closed(self) -> tuple[int | None, str | None]:
        """What it was closed with, once everything said before has been read."""
        async with asyncio.timeout(PATIENCE):
            try:
                while True:
                    await self.socket.recv()
            except ConnectionClosed:
                return self.socket.close_code, self.socket.close_reason


async def waited(event: asyncio.Event) -> None:
    """Wait for it, but not forever."""
    async with asyncio.timeout(PATIENCE):
        await event.wait()
