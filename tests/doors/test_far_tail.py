"""`gql-app tail --url`: the changes of a service elsewhere, for whoever has a token."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from gql_app.commands.far_tail import FarTail
from gql_app.errors import BadArgument, MirrorError, Unauthenticated
from gql_app.live.position import Gap
from gql_app.live.tail import Entry
from gql_app.viewers import key_table
from tests.live.scenes import after, rename
from tests.live.test_tail import PATIENCE, typed
from tests.stage import SOON, Stage, on_stage

from .conftest import at_table, new_key


@pytest.fixture
async def guarded_by_keys(database_url: str) -> AsyncIterator[tuple[Stage, str, str]]:
    """A service, and the id and the text of a key for it."""
    async with at_table(database_url) as database:
        key = await new_key(database)
    async with on_stage(database_url) as stage:
        yield stage, key.id, key.key


async def heard(news: AsyncIterator[Entry | Gap | None], count: int) -> list[Entry | Gap]:
    """The next so many."""
    found: list[Entry | Gap] = []
    async with asyncio.timeout(SOON):
        while len(found) < count:
            if (one := await anext(news)) is not None:
                found.append(one)
    return found


async def test_changes_are_followed_with_a_key(guarded_by_keys: tuple[Stage, str, str]) -> None:
    stage, _, key = guarded_by_keys
    following = FarTail(stage.url + "/", key, "cust_1")
    async with aclosing(following.follow(None)) as news:
        assert await anext(news) is None
        start = following.cursor or ""
        await rename(stage, "Ann")
        await rename(stage, "Someone else", number=2)
        await rename(stage, "Anna\u2028and a line")
        first, second = await heard(news, 2)
        assert isinstance(first, Entry)
        assert isinstance(second, Entry)
        assert (first.customer_id, first.kind, second.kind, first.event_type) == (
            "cust_1",
            "CREATED",
            "UPDATED",
            "customer.updated",
        )
        assert [change["path"] for change in second.changes] == ["name"]
        assert following.cursor == after(start, 3)[-1]


async def test_a_cursor_of_another_journal_is_a_gap(guarded_by_keys: tuple[Stage, str, str]) -> None:
    stage, _, key = guarded_by_keys
    async with aclosing(FarTail(stage.url, key).follow("elsewhere.all.7")) as news:
        assert await heard(news, 1) == [Gap("JOURNAL_RESET")]


async def test_without_a_good_key_it_says_what_is_missing(guarded_by_keys: tuple[Stage, str, str]) -> None:
    stage, _, _ = guarded_by_keys
    for start in (None, "x.all.1"):
        with pytest.raises(Unauthenticated, match="GQL_APP_TOKEN"):
            await anext(FarTail(stage.url, None).follow(start))


async def test_a_revoked_key_ends_it_with_the_reason(guarded_by_keys: tuple[Stage, str, str]) -> None:
    stage, key_id, key = guarded_by_keys
    async with aclosing(FarTail(stage.url, key).follow(None)) as news:
        await anext(news)
        await rename(stage, "Ann")
        await heard(news, 1)
        await key_table.revoke(stage.parts.database, key_id, time.time())
        with pytest.raises(Unauthenticated, match="revoked"):
            await heard(news, 1)


async def test_a_restart_elsewhere_loses_nothing(guarded_by_keys: tuple[Stage, str, str]) -> None:
    stage, _, key = guarded_by_keys
    following = FarTail(stage.url, key)
    async with aclosing(following.follow(None)) as news:
        await anext(news)
        await rename(stage, "Ann")
        await heard(news, 1)
        await stage.parts.http.streams.close_all()
        stage.parts.http.streams.closing = False
        await rename(stage, "Anna", "Annie")
        assert [one.version for one in await heard(news, 2) if isinstance(one, Entry)] == [2, 3]


async def test_what_is_no_customer_graph_is_said() -> None:
    with pytest.raises(BadArgument, match="https://"):
        FarTail("mirror.example", None)
    with pytest.raises(MirrorError, match="cannot be reached"):
        await anext(FarTail("http://127.0.0.1:1", None).follow(None))


async def test_a_person_types_it(sqlite_url: str, tmp_path: object) -> None:
    async with on_stage(sqlite_url) as stage:
        async with typed(sqlite_url, "--url", stage.url, "--json") as following:
            await following.said("up to date")
            await rename(stage, "Ann")
            assert (await following.object())["customerId"] == "cust_1"
            assert await following.stopped()
        await new_key(stage.parts.database)
        await stage.parts.doorkeeper.ring.look()
        async with typed(sqlite_url, "--url", stage.url) as refused:
            await refused.said("GQL_APP_TOKEN")
            async with asyncio.timeout(PATIENCE):
                assert await refused.process.wait() == 1
