"""Every door, knocked at with one credential; each says how it went."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.stage import SOON, Stage
from tests.web.streams import EVENTS, PARTS

QUESTION = "{ mirror { eventsReceived } }"
LIVE = "subscription { mirror { eventsReceived } }"
GRAPHQL = "application/graphql-response+json"


@dataclass(frozen=True)
class Entry:
    """Whether one is in and, where not, why."""

    is_in: bool
    why: str = ""


Door = Callable[[Stage, str | None], Awaitable[Entry]]


def bearing(credential: str | None, **more: str) -> dict[str, Any]:
    """Headers with it."""
    return more | ({"authorization": credential.encode("latin-1")} if credential is not None else {})


def _turned_away(status: int, headers: Any, said: Any) -> Entry:
    """As every HTTP door must: 401, a challenge, an error that programs understand and nothing else."""
    error = said["errors"][0]
    assert list(said) == ["errors"]
    assert (status, error["extensions"]["code"]) == (401, "UNAUTHENTICATED")
    assert headers["www-authenticate"].startswith("Bearer")
    assert headers["cache-control"] == "no-store"
    return Entry(False, error["message"])


async def _asked(stage: Stage, method: str, accept: str, query: str, credential: str | None) -> Entry:
    sent: dict[str, Any] = {"json": {"query": query}} if method == "POST" else {"params": {"query": query}}
    headers = bearing(credential, accept=accept)
    async with stage.client.stream(method, "/graphql", headers=headers, **sent) as response:
        if response.status_code == 200:
            async for chunk in response.aiter_text():
                if "eventsReceived" in chunk:
                    return Entry(True)
            raise AssertionError("nothing was said")
        await response.aread()
        wanted = accept if accept == GRAPHQL else "application/json"
        assert response.headers["content-type"].startswith(wanted)
        return _turned_away(response.status_code, response.headers, response.json())


def over_http(method: str, accept: str, query: str) -> Door:
    """One way of asking over HTTP."""
    return lambda stage, credential: _asked(stage, method, accept, query, credential)


async def schema(stage: Stage, credential: str | None) -> Entry:
    """The schema as a file."""
    response = await stage.client.get("/schema.graphql", headers=bearing(credential))
    if response.status_code == 200:
        assert "type Query" in response.text
        return Entry(True)
    return _turned_away(response.status_code, response.headers, response.json())


async def socket(stage: Stage, credential: str | None) -> Entry:
    """A socket, which must answer a question to count as open."""
    init: dict[str, Any] = {"type": "connection_init"}
    if credential is not None:
        init["payload"] = {"Authorization": credential}
    address = stage.url.replace("http", "ws", 1) + "/graphql"
    async with connect(address, subprotocols=["graphql-transport-ws"]) as line, asyncio.timeout(SOON):  # type: ignore[list-item]
        await line.send(json.dumps(init))
        with suppress(ConnectionClosed):
            assert json.loads(await line.recv())["type"] == "connection_ack"
            await line.send(json.dumps({"id": "1", "type": "subscribe", "payload": {"query": QUESTION}}))
            assert json.loads(await line.recv())["type"] == "next"
            return Entry(True)
        assert line.close_code == 4403
        return Entry(False, line.close_reason or "")


DOORS: dict[str, Door] = {
    "post": over_http("POST", "application/json", QUESTION),
    "post, the newer form": over_http("POST", GRAPHQL, QUESTION),
    "get": over_http("GET", "application/json", QUESTION),
    "events": over_http("POST", EVENTS, LIVE),
    "events by get": over_http("GET", EVENTS, LIVE),
    "parts": over_http("POST", PARTS, LIVE),
    "schema": schema,
    "socket": socket,
}


async def everywhere(stage: Stage, credential: str | None) -> dict[str, Entry]:
    """How it went at each door."""
    return {name: await door(stage, credential) for name, door in DOORS.items()}
