"""Who was let in is told to the engine on every transport, and what runs for them ends when they must go."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from gql_app.errors import Unauthenticated
from gql_app.live.recent import Take, not_now
from gql_app.schema.request import Answer, Request
from gql_app.viewers.guests import Guests
from gql_app.viewers.rounds import Rhythm, Rounds
from gql_app.viewers.viewer import Sight, Viewer
from gql_app.web.limits import Limits
from tests.web.conftest import Served, running
from tests.web.counter import Counter
from tests.web.streams import EVENTS, PARTS
from tests.web.talk import Talk, waited

ANN = Viewer("ann", Sight(frozenset({"customers:read"})))
WHY = Unauthenticated("Ann must go.")


class Attentive(Counter):
    """Remembers who asked."""

    def __init__(self) -> None:
        super().__init__()
        self.viewers: list[Viewer] = []

    async def answer(self, request: Request) -> Answer:
        self.viewers.append(request.viewer)
        return await super().answer(request)

    async def stream(self, request: Request, take: Take = not_now) -> AsyncIterator[Any]:
        self.viewers.append(request.viewer)
        async for result in super().stream(request):
            yield result


class Guarded(Served):
    """Lets everybody in as Ann, until she must go."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.must_go = False
        self.guests._objection = lambda viewer: WHY if self.must_go and viewer is ANN else None

    async def admit(self, fields: Any) -> Viewer:
        return ANN

    async def greet(self, payload: dict[str, Any] | None, headers: Any) -> Viewer:
        return ANN

    async def send_ann_away(self) -> None:
        """Now."""
        self.must_go = True
        await self.guests.sweep()


@pytest.fixture
async def guarded() -> AsyncIterator[Guarded]:
    async with running(Guarded(Attentive(), Limits())) as served:
        yield served


@pytest.fixture
async def client(guarded: Guarded) -> AsyncIterator[httpx2.AsyncClient]:
    url = f"http://127.0.0.1:{guarded.port}"
    async with httpx2.AsyncClient(base_url=url, trust_env=False) as client:
        yield client


@pytest.mark.parametrize("accept", ["application/json", EVENTS, PARTS])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_http_tells_who_asks(guarded: Guarded, client: httpx2.AsyncClient, method: str, accept: str) -> None:
    body = {"query": "{ hello }"}
    sent: dict[str, Any] = {"json": body} if method == "POST" else {"params": body}
    await client.request(method, "/graphql", headers={"accept": accept}, **sent)
    assert set(guarded.engine.viewers) == {ANN}


async def test_a_socket_tells_who_asks(guarded: Guarded) -> None:
    async with Talk.to(guarded.port) as talk:
        await talk.greet()
        await talk.subscribe("1", "{ hello }")
        await talk.hear()
    assert set(guarded.engine.viewers) == {ANN}


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_question_that_takes_long_ends_when_its_asker_must_go(
    guarded: Guarded, client: httpx2.AsyncClient, method: str
) -> None:
    body = {"query": "{ never }"}
    sent: dict[str, Any] = {"json": body} if method == "POST" else {"params": body}
    asking = asyncio.create_task(client.request(method, "/graphql", **sent))
    await waited(guarded.engine.started)
    await guarded.send_ann_away()
    response = await asking
    assert (response.status_code, response.json()["errors"][0]["message"]) == (401, "Ann must go.")
    await waited(guarded.engine.stopped)
    assert len(guarded.guests) == 0


async def test_what_runs_on_a_socket_ends_with_it(guarded: Guarded) -> None:
    async with Talk.to(guarded.port) as talk:
        await talk.greet()
        await talk.subscribe("1", "subscription { forever }")
        await talk.hear()
        await guarded.send_ann_away()
        assert await talk.closed() == (4403, "Ann must go.")
    await waited(guarded.engine.stopped)
    await waited(guarded.left)
    assert len(guarded.guests) == 0


async def test_a_listener_is_told_before_the_stream_ends(guarded: Guarded, client: httpx2.AsyncClient) -> None:
    body = {"query": "subscription { forever }"}
    async with client.stream("POST", "/graphql", json=body, headers={"accept": EVENTS}) as response:
        lines = response.aiter_lines()
        while "forever" not in await anext(lines):
            pass
        await guarded.send_ann_away()
        rest = [line async for line in lines if line.startswith(("data", "event"))]
    assert json.loads(rest[1].removeprefix("data: "))["errors"][0]["message"] == "Ann must go."
    assert rest[2] == "event: complete"
    await waited(guarded.engine.stopped)
    assert len(guarded.guests) == 0


async def test_one_who_cannot_be_asked_keeps_nobody_else_here() -> None:
    asked: list[Unauthenticated] = []
    guests = Guests(lambda viewer: WHY)
    sweeping = asyncio.create_task(Rounds(guests.sweep, Rhythm(0, 0), "guests_unswept").run())
    with guests.staying(ANN, lambda _: 1 / 0), guests.staying(ANN, asked.append):
        async with asyncio.timeout(5):
            while not asked:
                await asyncio.sleep(0)
    sweeping.cancel()
    await asyncio.wait([sweeping])


async def test_who_left_is_not_asked_to_leave() -> None:
    asked: list[Unauthenticated] = []
    guests = Guests(lambda viewer: WHY)
    with guests.staying(ANN, asked.append):
        pass
    await guests.sweep()
    assert asked == []
    with guests.staying(ANN, asked.append):
        await guests.sweep()
        await guests.sweep()
    assert asked == [WHY]
