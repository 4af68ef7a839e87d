"""What every feed promises: the newest word reaches whoever listens, and a lost one costs only time."""

import asyncio
import gc
import logging
import tempfile
import threading
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager

import pytest

from gql_app.errors import BadSetting
from gql_app.feed import Feed, Mailbox, feed_url, open_feed
from gql_app.feed.memory import MemoryFeed
from gql_app.feed.sqlite import sqlite_feed
from tests.conftest import free_port, started_redis

from .feeds import ADDRESSES, commit, cut, cutting, following_database, heard, take
from .scenes import until


class Unreliable:
    """Loses every third word, says every other one twice, and says old ones again."""

    is_connected = True

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._said: list[int] = []

    async def announce(self, position: int) -> None:
        self._said.append(position)
        count = len(self._said)
        for _ in range(0 if count % 3 == 0 else 1 + count % 2):
            await self._feed.announce(position)
        await self._feed.announce(self._said[count // 2])

    def listen(self) -> AbstractContextManager[Mailbox]:
        return self._feed.listen()


class Deaf(MemoryFeed):
    """Loses every word."""

    async def announce(self, position: int) -> None: ...


@pytest.fixture(params=["memory", *ADDRESSES])
def address(request: pytest.FixtureRequest) -> str:
    """Where each feed is found."""
    return "memory://" if request.param == "memory" else request.getfixturevalue(ADDRESSES[request.param])


@pytest.fixture(params=ADDRESSES)
def shared(request: pytest.FixtureRequest) -> str:
    """Where each feed of several processes is found."""
    found: str = request.getfixturevalue(ADDRESSES[request.param])
    return found


@pytest.fixture
async def feed(address: str) -> AsyncIterator[Feed]:
    """Each feed, connected."""
    async with open_feed(address, "one") as feed:
        await until(lambda: feed.is_connected)
        yield feed


async def test_a_slow_listener_hears_only_the_newest(feed: Feed) -> None:
    with feed.listen() as slow, feed.listen() as quick:
        for position in (7, 8, 9):
            await feed.announce(position)
            await heard(quick, position)
        await heard(slow, 9)


async def test_whoever_listens_hears_what_is_announced_afterwards(feed: Feed) -> None:
    for position in range(1, 20):
        with feed.listen() as mailbox:
            await feed.announce(position)
            await heard(mailbox, position)


async def test_nobody_listens_and_nothing_breaks(feed: Feed) -> None:
    await feed.announce(1)
    with feed.listen():
        pass
    await feed.announce(2)


async def test_an_unreliable_word_is_never_of_the_future(feed: Feed) -> None:
    unreliable = Unreliable(feed)
    with unreliable.listen() as mailbox:
        for position in range(1, 30):
            await unreliable.announce(position)
            assert await take(mailbox) <= position


async def test_words_reach_other_processes(shared: str) -> None:
    async with open_feed(shared, "one") as speaker, open_feed(shared, "one") as other:
        with other.listen() as mailbox:
            await until(lambda: other.is_connected)
            await take(mailbox)
            for position in (1, 2, 3):
                await commit(shared, position)
                await speaker.announce(position)
                await take(mailbox)


@pytest.mark.parametrize("shared", ["postgres", "redis"], indirect=True)
async def test_whoever_was_cut_off_looks_anew_and_hears_again(shared: str) -> None:
    async with open_feed(shared, "one") as speaker, open_feed(shared, "one") as other:
        await until(lambda: speaker.is_connected and other.is_connected)
        with speaker.listen() as own, other.listen() as mailbox:
            for position in (1, 2, 3):
                assert await cut(shared) >= 2
                await take(own)
                await take(mailbox)
                await speaker.announce(position)
                await heard(own, position)
                await heard(mailbox, position)


@pytest.mark.parametrize("shared", ["postgres", "redis"], indirect=True)
async def test_what_nobody_could_be_told_is_said_once_somebody_can(shared: str) -> None:
    async with open_feed(shared, "one") as other, open_feed(shared, "one") as speaker:
        with other.listen() as mailbox:
            await until(lambda: other.is_connected)
            await speaker.announce(7)
            await heard(mailbox, 7)


async def test_deployments_share_a_redis_without_hearing_one_another(redis_url: str) -> None:
    async with (
        open_feed(redis_url, "one") as one,
        open_feed(redis_url, "two") as two,
        open_feed(redis_url, "two") as also,
    ):
        await until(lambda: one.is_connected and two.is_connected and also.is_connected)
        with two.listen() as mailbox:
            await one.announce(1_000)
            await also.announce(3)
            assert await take(mailbox) == 3


async def test_a_redis_that_is_not_there_yet_is_waited_for(caplog: pytest.LogCaptureFixture) -> None:
    port = free_port()
    async with open_feed(f"redis://keeper:hunter2@127.0.0.1:{port}", "one") as feed:
        await until(lambda: "feed_disconnected" in caplog.text)
        assert not feed.is_connected
        with feed.listen() as mailbox:
            await feed.announce(7)
            assert await take(mailbox) == 7, "in this process it is said all the same"
    assert "hunter2" not in caplog.text


async def test_a_feed_finds_its_redis_as_soon_as_it_comes(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with tempfile.TemporaryDirectory(prefix="customer-graph-redis-", ignore_cleanup_errors=True) as folder:
        port = free_port()
        async with open_feed(f"redis://127.0.0.1:{port}", "one") as feed:
            await until(lambda: "feed_disconnected" in caplog.text)
            with started_redis(port, folder):
                await until(lambda: feed.is_connected)
            await until(lambda: not feed.is_connected)
    assert [one.message for one in caplog.records] == ["feed_disconnected", "feed_connected", "feed_disconnected"]


@pytest.mark.parametrize("feed", [Deaf(), Unreliable(MemoryFeed())], ids=["deaf", "unreliable"])
async def test_a_lost_word_costs_only_time(database_url: str, feed: Feed) -> None:
    async with following_database(database_url, feed, poll_seconds=0.05) as noted:
        for position in range(1, 12):
            await commit(database_url, position)
            await feed.announce(position)
            await noted.reached(position)
    positions = [step.now.position for step in noted.steps]
    assert positions == sorted(set(positions))


@pytest.mark.parametrize("shared", ["postgres", "redis"], indirect=True)
async def test_a_feed_that_is_cut_all_the_time_loses_no_change(shared: str, postgres_url: str) -> None:
    async with (
        cutting(shared),
        open_feed(shared, "one") as feed,
        following_database(postgres_url, feed, poll_seconds=0.5) as noted,
    ):
        for position in range(1, 12):
            await commit(postgres_url, position)
            await feed.announce(position)
            await noted.reached(position)
    assert noted.steps[-1].now.position == 11


def test_the_feed_goes_with_the_database() -> None:
    assert feed_url(None, "postgres://host/name") == "postgres://host/name"
    assert feed_url(None, "sqlite:///file.db") == "sqlite:///file.db"
    assert feed_url("sqlite://", "sqlite:///file.db") == "sqlite:///file.db"
    assert feed_url("memory://", "postgres://host/name") == "memory://"
    assert feed_url("redis://host", "postgres://host/name") == "redis://host"


@pytest.mark.parametrize("given", ["sqlite://", "sqlite:///other.db"])
@pytest.mark.parametrize("database", ["postgres://host/name", "sqlite:///file.db"])
def test_the_file_of_another_database_says_nothing_of_ours(given: str, database: str) -> None:
    if (given, database) != ("sqlite://", "sqlite:///file.db"):
        with pytest.raises(BadSetting, match="leave it out"):
            feed_url(given, database)


async def test_a_feed_that_is_none_is_refused_without_its_password() -> None:
    with pytest.raises(BadSetting, match="GQL_APP_FEED_URL"):
        open_feed("carrier-pigeon://loft")
    with pytest.raises(BadSetting, match="redis://user") as refused:
        async with open_feed("redis://keeper:hunter2@host:port/0"):
            pass
    assert "hunter2" not in str(refused.value)


async def test_a_feed_that_is_left_while_it_connects_has_nothing_to_say_of_it(postgres_url: str) -> None:
    """The driver complains of an attempt that is cut short once it is forgotten: on a command's standard error."""
    complaints: list[str] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: complaints.append(str(context)))
    for turns in range(60):
        async with open_feed(postgres_url):
            for _ in range(turns):
                await asyncio.sleep(0)
    gc.collect()
    assert complaints == []


async def test_a_feed_that_is_left_while_it_connects_leaves_no_thread(sqlite_url: str) -> None:
    before = set(threading.enumerate())
    async with sqlite_feed(sqlite_url):
        await until(lambda: set(threading.enumerate()) - before)
    await until(lambda: set(threading.enumerate()) <= before)
