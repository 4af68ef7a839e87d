"""How a socket says who it is: once, by a text, in what it says first or in the headers before that."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.live.test_stopping import farewell
from tests.stage import SOON, Stage, on_stage

from .conftest import at_table, new_key

INIT = {"type": "connection_init"}


@pytest.fixture
async def place(sqlite_url: str) -> AsyncIterator[tuple[Stage, str]]:
    """A guarded service, and what opens it."""
    async with at_table(sqlite_url) as database:
        key = await new_key(database)
    async with on_stage(sqlite_url) as stage:
        yield stage, f"Bearer {key.key}"


async def greeted(stage: Stage, init: Any, **headers: str) -> tuple[int | None, str]:
    """How a socket that begins so ends; None where it was let in."""
    address = stage.url.replace("http", "ws", 1) + "/graphql"
    protocols: Any = ["graphql-transport-ws"]
    async with connect(address, subprotocols=protocols, additional_headers=headers) as socket:
        await socket.send(json.dumps(init))
        try:
            async with asyncio.timeout(SOON):
                said = json.loads(await socket.recv())["type"]
        except ConnectionClosed:
            return socket.close_code, socket.close_reason or ""
        return None, said


@pytest.mark.parametrize("name", ["Authorization", "authorization"])
async def test_the_payload_says_it(place: tuple[Stage, str], name: str) -> None:
    stage, good = place
    assert await greeted(stage, INIT | {"payload": {name: good}}) == (None, "connection_ack")


async def test_a_program_may_say_it_in_the_headers(place: tuple[Stage, str]) -> None:
    stage, good = place
    assert (await greeted(stage, INIT, authorization=good))[0] is None
    assert (await greeted(stage, INIT | {"payload": {}}, authorization=good))[0] is None


async def test_what_the_payload_says_counts_more_than_the_headers(place: tuple[Stage, str]) -> None:
    stage, good = place
    assert (await greeted(stage, INIT | {"payload": {"Authorization": "Bearer x"}}, authorization=good))[0] == 4403


@pytest.mark.parametrize("said", [7, True, ["Bearer x"], {"token": "x"}])
async def test_what_is_no_text_is_malformed(place: tuple[Stage, str], said: Any) -> None:
    code, why = await greeted(place[0], INIT | {"payload": {"Authorization": said}})
    assert (code, "must be a string" in why) == (4400, True)


async def test_null_is_no_token(place: tuple[Stage, str]) -> None:
    code, why = await greeted(place[0], INIT | {"payload": {"Authorization": None}})
    assert (code, "needs a token" in why) == (4403, True)


async def test_who_asks_before_saying_who_they_are_is_not_heard(place: tuple[Stage, str]) -> None:
    subscribe = {"id": "1", "type": "subscribe", "payload": {"query": "{ __typename }"}}
    assert (await greeted(place[0], subscribe))[0] == 4401


async def test_nobody_becomes_another_in_the_middle(place: tuple[Stage, str]) -> None:
    stage, good = place
    address = stage.url.replace("http", "ws", 1) + "/graphql"
    async with connect(address, subprotocols=["graphql-transport-ws"]) as socket:  # type: ignore[list-item]
        for _ in range(2):
            await socket.send(json.dumps(INIT | {"payload": {"Authorization": good}}))
        assert (await farewell(socket))[0] == 4429
