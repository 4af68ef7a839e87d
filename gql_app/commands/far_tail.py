"""The changes of a service elsewhere, by its event stream: for who has a token and not its database."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx2

from gql_app.errors import BadArgument, MirrorError, Unauthenticated
from gql_app.live.position import Gap
from gql_app.live.tail import Entry

NOW = "query Now { customerChanges(first: 1) { nextCursor } }"
CHANGES = """
subscription Tail($after: Cursor) { customerChanges(after: $after) { __typename cursor
  ... on CustomerChange {
    kind customerId version late occurredAt receivedAt changes { path before after } event { type }
  }
  ... on FeedGap { reason restartFrom } } }
"""
SILENT_SECONDS = 60
"""A stream says something every few seconds; one that does not has broken off unseen."""

RETRY_SECONDS = 1.0


class FarTail:
    """In order, without gaps, each once, also across lost connections; where that cannot be kept, a Gap says so."""

    def __init__(self, url: str, token: str | None, customer_id: str | None = None) -> None:
        if not url.startswith(("http://", "https://")):
            raise BadArgument(f"--url {url!r} must begin with https:// (or http://).")
        self._url = url.rstrip("/").removesuffix("/graphql") + "/graphql"
        self._headers = {} if token is None else {"authorization": f"Bearer {token}"}
        self._customer_id = customer_id
        self.cursor: str | None = None

    async def follow(self, cursor: str | None) -> AsyncIterator[Entry | Gap | None]:
        """What follows the cursor, or what happens from now on; None whenever that is all for now."""
        async with httpx2.AsyncClient(headers=self._headers, timeout=SILENT_SECONDS) as client:
            self.cursor = cursor or await self._now(client)
            if cursor is None:
                yield None
            while True:
                try:
                    async for item in self._items(client):
                        if self._concerns(news := self._told(item)):
                            yield news
                except httpx2.TransportError:
                    pass  # the cursor leads on
                await asyncio.sleep(RETRY_SECONDS)

    async def _now(self, client: httpx2.AsyncClient) -> str:
        try:
            response = await client.post(self._url, json={"query": NOW})
        except httpx2.TransportError as error:
            raise MirrorError(f"{self._url} cannot be reached: {error or type(error).__name__}.") from None
        cursor: str = _data(_object(response))["customerChanges"]["nextCursor"]
        return cursor

    async def _items(self, client: httpx2.AsyncClient) -> AsyncIterator[Mapping[str, Any]]:
        body = {"query": CHANGES, "variables": {"after": self.cursor}}
        async with client.stream("POST", self._url, json=body, headers={"accept": "text/event-stream"}) as response:
            if response.status_code != 200:
                await response.aread()
                _data(_object(response))
            async for data in _events(response):
                yield _data(json.loads(data))["customerChanges"]

    def _told(self, item: Mapping[str, Any]) -> Entry | Gap | None:
        is_gap = item["__typename"] == "FeedGap"
        self.cursor = str(item["restartFrom"] if is_gap else item["cursor"])
        if is_gap:
            return Gap(item["reason"])
        return _entry(item) if item["__typename"] == "CustomerChange" else None

    def _concerns(self, news: Entry | Gap | None) -> bool:
        return not isinstance(news, Entry) or self._customer_id in (None, news.customer_id)


async def _events(response: httpx2.Response) -> AsyncIterator[bytes]:
    """The data of each event; only a line feed ends a line, whatever else ends one in other texts."""
    unread = b""
    async for chunk in response.aiter_bytes():
        *lines, unread = (unread + chunk).split(b"\n")
        for line in lines:
            if line.startswith(b"data: "):
                yield line.removeprefix(b"data: ")


def _entry(item: Mapping[str, Any]) -> Entry:
    told = item["customerId"], item["kind"], item["version"], item["changes"] or []
    event = (item.get("event") or {}).get("type", "")
    return Entry(0, *told, event, item["occurredAt"], item["receivedAt"], item["late"])


def _object(response: httpx2.Response) -> Mapping[str, Any]:
    try:
        said = response.json()
    except ValueError:
        said = None
    if isinstance(said, Mapping):
        return said
    raise MirrorError(f"{response.url} answered {response.status_code}, but not as a Customer Graph does: see --url.")


def _data(said: Mapping[str, Any]) -> Mapping[str, Any]:
    if errors := said.get("errors"):
        code = errors[0].get("extensions", {}).get("code")
        message = str(errors[0].get("message"))
        raise (
            Unauthenticated(f"{message} (--token, GQL_APP_TOKEN)")
            if code == "UNAUTHENTICATED"
            else MirrorError(message)
        )
    data: Mapping[str, Any] = said["data"]
    return data
