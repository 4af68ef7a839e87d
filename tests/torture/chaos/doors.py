"""The doors of the stream of changes, as clients of their own: each gives what was said until the connection ends."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import httpx2
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from tests.torture.chaos.oracle import Want
from tests.web.streams import DELIMITER, PARTS

QUERY = """subscription($after: Cursor, $filter: CustomerFilter, $kinds: [ChangeKind!], $snapshot: Boolean) {
  customerChanges(after: $after, filter: $filter, kinds: $kinds, snapshot: $snapshot) { __typename cursor
    ... on CustomerChange { kind customerId version } ... on FeedGap { reason } } }"""
BROKEN = (OSError, TimeoutError, WebSocketException, httpx2.TransportError)
"""How a client learns that a connection has ended, or could not be made."""

PATIENCE = 20.0
"""Seconds that a connection may take to be made."""


class Refused(Exception):
    """The operation ended with an error."""


@dataclass(frozen=True)
class Question:
    """What is asked, and from where on."""

    want: Want
    snapshot: bool
    cursor: str | None

    def body(self, **more: Any) -> dict[str, Any]:
        """As JSON."""
        kinds = None if self.want.kinds is None else list(self.want.kinds)
        variables = {"filter": self.want.filter, "kinds": kinds, "snapshot": self.snapshot}
        return {"query": QUERY, "variables": variables | more.pop("variables", {})} | more


class Door(Protocol):
    """Asks, and gives each item; raises one of BROKEN, or Refused."""

    def __call__(self, url: str, question: Question) -> AsyncIterator[dict[str, Any]]: ...


async def by_argument(url: str, question: Question) -> AsyncIterator[dict[str, Any]]:
    """Over WebSocket; goes on from the argument `after`."""
    async for item in _socket(url, question.body(variables={"after": question.cursor})):
        yield item


async def by_extension(url: str, question: Question) -> AsyncIterator[dict[str, Any]]:
    """Over WebSocket; goes on from `extensions.cursor`."""
    async for item in _socket(url, question.body(extensions={"cursor": question.cursor})):
        yield item


async def _socket(url: str, body: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
    address = url.replace("http", "ws", 1) + "/graphql"
    options: dict[str, Any] = {"subprotocols": ["graphql-transport-ws"], "compression": None, "proxy": None}
    async with connect(address, **options, open_timeout=PATIENCE, close_timeout=1) as socket:
        await socket.send(json.dumps({"type": "connection_init"}))
        await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": body}))
        async for text in socket:
            said = json.loads(text)
            if said["type"] == "next":
                yield item_of(said["payload"])
            elif said["type"] != "connection_ack":
                raise Refused(str(said))


@asynccontextmanager
async def _answering(url: str, body: dict[str, Any], **headers: str) -> AsyncIterator[httpx2.Response]:
    """An answer that goes on over HTTP."""
    timeout = httpx2.Timeout(PATIENCE, read=None)
    async with (
        httpx2.AsyncClient(base_url=url, timeout=timeout, trust_env=False, verify=False) as client,
        client.stream("POST", "/graphql", json=body, headers=headers) as response,
    ):
        if response.status_code != 200:
            raise Refused(f"{response.status_code}: {(await response.aread()).decode()}")
        yield response


async def by_events(url: str, question: Question) -> AsyncIterator[dict[str, Any]]:
    """Over server-sent events; goes on from `Last-Event-ID`."""
    headers = {"accept": "text/event-stream"} | ({"last-event-id": question.cursor} if question.cursor else {})
    async with _answering(url, question.body(), **headers) as response:
        event: dict[str, str] = {}
        async for line in response.aiter_lines():
            name, _, value = line.partition(": ")
            event[name] = value
            if not line and "event" in event:
                yield _of_event(event)
            event = event if line else {}


def _of_event(event: dict[str, str]) -> dict[str, Any]:
    if event["event"] != "next":
        raise Refused(str(event))
    item = item_of(json.loads(event["data"]))
    assert event["id"] == item["cursor"]
    return item


async def by_parts(url: str, question: Question) -> AsyncIterator[dict[str, Any]]:
    """Over Apollo's multipart subscriptions; goes on from `extensions.cursor`."""
    body, unread = question.body(extensions={"cursor": question.cursor}), b""
    async with _answering(url, body, accept=PARTS) as response:
        async for chunk in response.aiter_raw():
            *parts, unread = (unread + chunk).split(DELIMITER)
            for part in parts:
                said = json.loads(part.partition(b"\r\n\r\n")[2] or b"{}")
                if said.get("payload"):
                    yield item_of(said["payload"])
                elif said and said["errors"][0]["extensions"]["code"] != "RESTART":
                    raise Refused(str(said))


def item_of(payload: dict[str, Any]) -> dict[str, Any]:
    """The item of a result, whose cursor is said twice."""
    if "errors" in payload:
        raise Refused(json.dumps(payload["errors"]))
    item: dict[str, Any] = payload["data"]["customerChanges"]
    assert payload["extensions"]["cursor"] == item["cursor"] or item["__typename"] == "FeedGap"
    return item


DOORS: tuple[Door, ...] = (by_argument, by_events, by_extension, by_parts)
