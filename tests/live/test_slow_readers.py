"""A client that never reads is let go in bounded time and disturbs nobody."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from websockets.asyncio.client import connect

from gql_app.live.follower import Step
from gql_app.live.position import Whereabouts
from gql_app.live.recent import Item, Result
from gql_app.live.stream import HANDFUL, Stream
from gql_app.web.limits import Limits
from tests.stage import Stage, Watcher

from .scenes import BRIEF, after, cursors, following, here, on_tuned_stage, person, until

LARGE = 400_000
TEXTS = "subscription { customerChanges { cursor ... on CustomerChange { changes { before after } } } }"


@asynccontextmanager
async def sleeper(stage: Stage) -> AsyncIterator[Watcher]:
    """A client that greets and then reads no more than one message."""
    url = stage.url.replace("http", "ws", 1) + "/graphql"
    async with connect(
        url,
        subprotocols=["graphql-transport-ws"],  # type: ignore[list-item]
        max_queue=1,
        compression=None,
        max_size=None,
        close_timeout=0.1,
    ) as socket:
        await socket.send(json.dumps({"type": "connection_init"}))
        await socket.recv()
        yield Watcher(socket)


async def large_items(after: int, upto: int) -> list[Item]:
    """Far more than a handful."""
    return [(position, Result(bytes(position % 3 * HANDFUL // 5))) for position in range(after + 1, upto + 1)]


@pytest.mark.parametrize("begins", [1, 1000])
async def test_no_more_waits_for_a_reader_than_a_handful(begins: int) -> None:
    stream, place, heard = Stream(large_items, begins, 15), 0, []
    stream.hear(Step(Whereabouts("epoch", 1000, 0, 0)))
    await stream.look()
    while place < 1000:
        items, place = await stream.since(place)
        assert sum(len(result.payload) for _, result in items) <= HANDFUL
        heard += [position for position, _ in items]
    assert heard == list(range(1, 1001))


async def test_a_client_that_never_reads_is_let_go(database_url: str) -> None:
    limits = Limits(send_timeout=0.5)
    async with on_tuned_stage(database_url, limits=limits) as stage, stage.watcher() as quick:
        start = await here(stage)
        await following(stage, quick, BRIEF)
        async with sleeper(stage) as slow:
            await following(stage, slow, TEXTS)
            assert len(stage.parts.socket.sockets) == 2
            for number in range(30):
                text = chr(97 + number % 26) * LARGE
                assert (await stage.post("customer.updated", person("Ann", description=text))).status_code == 202
            assert await cursors(quick, 30) == after(start, 30)
            await until(lambda: len(stage.parts.socket.sockets) == 1)
            assert stage.parts.socket.sockets.slow == 1
            await until(lambda: stage.parts.watching.streams.members == 1)
        await stage.post("customer.updated", person("Anna"))
        assert await cursors(quick, 1) == after(start, 31)[-1:]
