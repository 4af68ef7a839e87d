"""What every feed promises: the newest word reaches whoever listens, and a lost one costs only time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager

import pytest

from gql_app.database import Database, open_database
from gql_app.errors import BadSetting
from gql_app.feed import Feed, Mailbox, feed_url, open_feed
from gql_app.feed.memory import MemoryFeed
from gql_app.live.follower import Follower, Step
from tests.stage import SOON

from .scenes import until


class Unreliable:
    """Loses every third word, says every other one twice, and says old ones again."""

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


@pytest.fixture(params=["memory", "postgres"])
def address(request: pytest.FixtureRequest) -> str:
    """Where each feed is found."""
    return "memory://" if request.param == "memory" else request.getfixturevalue("postgres_url")


@pytest.fixture
async def feed(address: str) -> AsyncIterator[Feed]:
    """Each feed, connected."""
    async with open_feed(address) as feed:
        yield feed


async def take(mailbox: Mailbox) -> int:
    async with asyncio.timeout(SOON):
        return await mailbox.take()


async def heard(mailbox: Mailbox, position: int) -> None:
    """Waits for a word that says at least this."""
    while await take(mailbox) < position:
        pass


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


async def test_words_reach_other_processes(postgres_url: str) -> None:
    async with open_feed(postgres_url) as speaker, open_feed(postgres_url) as other:
        with other.listen() as mailbox:
            await take(mailbox)  # connected
            for position in (1, 2, 3):
                await speaker.announce(position)
                await heard(mailbox, position)


class Noted:
    """A listener that keeps the steps it was told of."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def hear(self, step: Step) -> None:
        self.steps.append(step)

    async def reached(self, position: int) -> None:
        """Waits for a step as far as this."""
        await until(lambda: self.steps and self.steps[-1].now.position >= position)


@asynccontextmanager
async def told(url: str, feed: Feed) -> AsyncIterator[tuple[Database, Noted]]:
    """A database, and a listener of a follower of its journal."""
    database, noted = await open_database(url), Noted()
    follower = Follower(database, feed, poll_seconds=0.05)
    following = asyncio.create_task(follower.run())
    try:
        with follower.telling(noted):
            yield database, noted
    finally:
        following.cancel()
        await asyncio.wait([following])
        await database.close()


@pytest.mark.parametrize("feed", [Deaf(), Unreliable(MemoryFeed())], ids=["deaf", "unreliable"])
async def test_a_lost_word_costs_only_time(database_url: str, feed: Feed) -> None:
    async with told(database_url, feed) as (database, noted):
        for position in range(1, 12):
            async with database.turn() as transaction:
                await transaction.execute("UPDATE mirror_state SET position = $1", position)
            await feed.announce(position)
            await noted.reached(position)
    positions = [step.now.position for step in noted.steps]
    assert positions == sorted(set(positions))


def test_the_feed_goes_with_the_database() -> None:
    assert feed_url(None, "postgres://host/name") == "postgres://host/name"
    assert feed_url(None, "sqlite:///file.db") == "memory://"
    assert feed_url("memory://", "postgres://host/name") == "memory://"
    with pytest.raises(BadSetting, match="GQL_APP_FEED_URL"):
        open_feed("carrier-pigeon://loft")
