"""What clients see of a database that fails: answers go on by themselves, or end with an error."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from gql_app.live import group
from tests.stage import Stage

from .scenes import after, cursors, following, here, rename, until

SHOWN = '{ customer(by: {id: "cust_1"}) { name orders { nodes { id } } } }'
STREAM = """subscription($after: Cursor) { customerChanges(after: $after) { __typename cursor
  ... on CustomerChange { customer { orders { nodes { id } } } } } }"""


@asynccontextmanager
async def outage(stage: Stage) -> AsyncIterator[None]:
    """Orders cannot be read."""
    async with stage.parts.database.turn() as transaction:
        await transaction.execute('ALTER TABLE "order" RENAME TO hidden')
    try:
        yield
    finally:
        async with stage.parts.database.turn() as transaction:
            await transaction.execute('ALTER TABLE hidden RENAME TO "order"')


async def test_a_stream_goes_on_after_an_outage(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    start = await here(stage)
    async with stage.watcher() as watcher:
        await following(stage, watcher, STREAM)
        async with outage(stage):
            await rename(stage, "Ann", "Anna")
            await until(lambda: "group_waits" in caplog.text)
        assert await cursors(watcher, 2) == after(start, 2)


async def test_an_object_is_shown_again_after_an_outage(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    async with stage.watcher() as watcher:
        await watcher.subscribe("subscription " + SHOWN)
        assert await watcher.data() == {"customer": None}
        async with outage(stage):
            await rename(stage, "Ann")
            await until(lambda: "group_waits" in caplog.text)
        assert await watcher.data() == {"customer": {"name": "Ann", "orders": {"nodes": []}}}


@pytest.mark.parametrize("query", ["subscription " + SHOWN, STREAM])
async def test_a_long_outage_ends_the_answers_with_a_word_why(
    stage: Stage, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group, "PATIENCE_SECONDS", 0)
    monkeypatch.setattr(group, "RETRY_SECONDS", 0)
    await rename(stage, "Ann")
    watching = stage.parts.watching
    async with stage.watcher() as watcher:
        await watcher.subscribe(query)
        await until(lambda: watching.streams.members or watching.watches.members)
        async with outage(stage):
            await rename(stage, "Anna")
            message = await watcher.message()
            while message["type"] == "next":
                message = await watcher.message()
        assert (message["type"], message["payload"][0]["extensions"]) == ("error", {"code": "OUTAGE"})
        await until(lambda: not watching.streams and not watching.watches)


async def test_an_object_that_cannot_be_shown_at_once_is_refused(stage: Stage) -> None:
    async with stage.watcher() as watcher:
        async with outage(stage):
            await watcher.subscribe("subscription " + SHOWN)
            message = await watcher.message()
            assert (message["type"], message["payload"][0]["extensions"]) == ("error", {"code": "OUTAGE"})
        await watcher.subscribe("subscription " + SHOWN)
        assert await watcher.data() == {"customer": None}


async def test_a_follower_that_cannot_read_tries_again(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    start = await here(stage)
    async with stage.watcher() as watcher:
        await following(stage, watcher)
        async with stage.parts.database.turn() as transaction:
            await transaction.execute("ALTER TABLE mirror_state RENAME COLUMN epoch TO hidden")
        await until(lambda: "follower_waits" in caplog.text)
        async with stage.parts.database.turn() as transaction:
            await transaction.execute("ALTER TABLE mirror_state RENAME COLUMN hidden TO epoch")
        await rename(stage, "Ann")
        assert await cursors(watcher, 1) == after(start, 1)
