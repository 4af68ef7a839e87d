"""Clients of answers that go on over HTTP, as the specifications have them read."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2

PATIENCE = 5.0
EVENTS = "text/event-stream"
PARTS = "multipart/mixed;subscriptionSpec=1.0, application/json"
DELIMITER = b"\r\n--graphql"


class Listener:
    """Reads one response to its end; what it waits for, it waits for a few seconds only."""

    def __init__(self, response: httpx2.Response) -> None:
        self.response = response
        self._chunks = response.aiter_raw()
        self._unread = b""

    async def event(self) -> dict[str, str]:
        """The next server-sent event, comments skipped."""
        while True:
            block = await self.up_to(b"\n\n")
            lines = [line.partition(":") for line in block.decode().splitlines()]
            if fields := {name: value.removeprefix(" ") for name, _, value in lines if name}:
                return fields

    async def next(self) -> dict[str, Any]:
        """The result that the next event carries."""
        event = await self.event()
        assert event["event"] == "next", event
        said: dict[str, Any] = json.loads(event["data"])
        return said

    async def part(self) -> dict[str, Any]:
        """The next part of a multipart body, heartbeats skipped."""
        while True:
            head, _, body = (await self.up_to(DELIMITER)).partition(b"\r\n\r\n")
            if head:
                assert head.strip() == b"content-type: application/json"
                if said := json.loads(body):
                    return dict(said)

    async def rest(self) -> bytes:
        """What comes until the end."""
        async with asyncio.timeout(PATIENCE):
            return self._unread + b"".join([chunk async for chunk in self._chunks])

    async def up_to(self, delimiter: bytes) -> bytes:
        """What comes before the next such bytes."""
        async with asyncio.timeout(PATIENCE):
            while delimiter not in self._unread:
                self._unread += await anext(self._chunks)
        block, _, self._unread = self._unread.partition(delimiter)
        return block


@asynccontextmanager
async def listening(http: httpx2.AsyncClient, query: str, accept: str = EVENTS, **more: Any) -> AsyncIterator[Listener]:
    """Posts an operation and reads on; leaves as the context ends."""
    headers = {"accept": accept, **more.pop("headers", {})}
    async with http.stream("POST", "/graphql", json={"query": query, **more}, headers=headers) as response:
        yield Listener(response)
