"""Who may no longer stay is told so and leaves, whatever they listen to; what they missed is there when they return."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from websockets.asyncio.client import connect

from gql_app.viewers import key_table
from gql_app.viewers.viewer import SCOPES
from tests.live.scenes import BRIEF, after, here, rename
from tests.live.test_stopping import farewell
from tests.stage import Stage, Watcher
from tests.web.streams import EVENTS, PARTS, listening

from .conftest import at_table, guarded, new_key
from .entries import bearing
from .issuer import Issuer

ALL = " ".join(SCOPES)
START = "query { customerChanges(first: 1) { nextCursor } }"


@dataclass
class Visit:
    """Somebody with a credential that will not last, and what they will hear when it is over."""

    stage: Stage
    credential: str
    why: str
    end: Callable[[], Awaitable[None]]


async def nothing() -> None:
    """It ends by itself."""


@pytest.fixture(params=["a token that expires", "a key that expires", "a key that is revoked"])
async def visit(request: pytest.FixtureRequest, database_url: str, issuer: Issuer) -> AsyncIterator[Visit]:
    """One visit of each kind."""
    async with guarded(database_url, issuer) as stage, at_table(database_url) as database:
        if "token" in request.param:
            soon = int(time.time()) + 3
            yield Visit(stage, f"Bearer {issuer.token(exp=soon, scope=ALL)}", "The token has expired.", nothing)
            return
        is_revoked = "revoked" in request.param
        key = await new_key(database, expires_in=None if is_revoked else 2)
        word = "revoked" if is_revoked else "expired"

        async def end() -> None:
            await key_table.revoke(database, key.id, time.time())

        ends = end if is_revoked else nothing
        yield Visit(stage, f"Bearer {key.key}", f"The API key has {'been ' * is_revoked}{word}.", ends)


@asynccontextmanager
async def let_in(visit: Visit) -> AsyncIterator[Watcher]:
    """On a socket."""
    address = visit.stage.url.replace("http", "ws", 1) + "/graphql"
    async with connect(address, subprotocols=["graphql-transport-ws"]) as socket:  # type: ignore[list-item]
        await socket.send(json.dumps({"type": "connection_init", "payload": {"Authorization": visit.credential}}))
        assert json.loads(await socket.recv())["type"] == "connection_ack"
        yield Watcher(socket)


async def test_a_socket_is_closed_and_its_last_cursor_leads_on(visit: Visit, issuer: Issuer) -> None:
    stage = visit.stage
    async with let_in(visit) as watcher:
        start = (await here_as(stage, visit.credential)).split()[0]
        await watcher.subscribe(BRIEF, after=start)
        await rename(stage, "Ann", "Anna")
        heard = [(await watcher.message())["payload"]["extensions"]["cursor"] for _ in range(2)]
        await visit.end()
        assert await farewell(watcher.socket) == (4403, visit.why)
    await rename(stage, "Nobody hears this yet")
    returned = Visit(stage, f"Bearer {issuer.token(scope=' '.join(SCOPES))}", "", nothing)
    async with let_in(returned) as watcher:
        await watcher.subscribe(BRIEF, after=heard[-1])
        heard.append((await watcher.message())["payload"]["extensions"]["cursor"])
    assert heard == after(start, 3)


async def here_as(stage: Stage, credential: str) -> str:
    """Where the journal stands, as this viewer may know."""
    stage.client.headers["authorization"] = credential
    return await here(stage)


async def test_server_sent_events_end_with_an_error(visit: Visit) -> None:
    headers = bearing(visit.credential)
    async with listening(visit.stage.client, LIVE, EVENTS, headers=headers) as listener:
        await listener.next()
        await visit.end()
        assert error_of(await listener.next()) == ("UNAUTHENTICATED", visit.why)
        assert (await listener.event())["event"] == "complete"


async def test_parts_end_with_an_error(visit: Visit) -> None:
    headers = bearing(visit.credential)
    async with listening(visit.stage.client, LIVE, PARTS, headers=headers) as listener:
        await listener.part()
        await visit.end()
        assert error_of((await listener.part())["payload"]) == ("UNAUTHENTICATED", visit.why)


LIVE = "subscription { mirror { eventsReceived } }"


def error_of(said: dict[str, Any]) -> tuple[str, str]:
    """Its code and its words."""
    assert list(said) == ["errors"]
    return said["errors"][0]["extensions"]["code"], said["errors"][0]["message"]


async def test_whoever_may_stay_stays(database_url: str, issuer: Issuer) -> None:
    async with guarded(database_url, issuer) as stage, at_table(database_url) as database:
        gone, stays = await new_key(database), await new_key(database)
        visits = [Visit(stage, f"Bearer {key.key}", "", nothing) for key in (gone, stays)]
        async with let_in(visits[0]) as first, let_in(visits[1]) as second:
            await key_table.revoke(database, gone.id, time.time())
            assert (await farewell(first.socket))[0] == 4403
            await second.subscribe(LIVE)
            await second.data()
            await asyncio.sleep(0)
            assert second.socket.close_code is None
