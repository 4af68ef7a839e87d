"""Whoever has room for a change is sent it without being woken; whoever has not fetches it, and loses nothing."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, contextmanager

import msgspec
from websockets.asyncio.client import connect

from gql_app.live.bell import TOGETHER, Seat
from gql_app.live.concern import keys_of
from gql_app.live.follower import Step
from gql_app.live.interest import CUSTOMER, Interests
from gql_app.live.position import Whereabouts
from gql_app.live.recent import Item, Result, Take, not_now
from gql_app.live.stream import Stream
from gql_app.schema.request import Request
from tests.stage import SOON, Stage, Watcher
from tests.web.streams import PARTS, listening

from .scenes import BRIEF, after, cursors, following, here, person, rename, until
from .test_slow_readers import TEXTS

NAMES = [f"Name {number}" for number in range(5)]


def stream_of(stage: Stage) -> Stream:
    """The only one there is."""
    (stream,) = stage.parts.watching.streams
    return stream


@contextmanager
def asleep(stage: Stage, count: int) -> Iterator[None]:
    """So many wait when the context begins, and none of them has been woken when it ends."""
    waiting = stream_of(stage).bell._waiting
    sleepers = list(waiting)
    assert len(sleepers) == count
    yield
    assert list(waiting) == sleepers


async def test_who_has_room_is_not_woken(stage: Stage) -> None:
    start = await here(stage)
    async with stage.watcher() as one, stage.watcher() as other, listening(stage.client, BRIEF) as events:
        for watcher in (one, one, other):
            await following(stage, watcher, BRIEF)
        async with listening(stage.client, BRIEF, PARTS) as parts:
            await until(lambda: len(stream_of(stage).bell._waiting) == 5)
            with asleep(stage, 5):
                await rename(stage, *NAMES)
                for watcher in (one, one, other):
                    assert len(await cursors(watcher, 5)) == 5
                assert [(await events.event())["id"] for _ in NAMES] == after(start, 5)
                heard = [(await parts.part())["payload"]["extensions"]["cursor"] for _ in NAMES]
                assert heard == after(start, 5)
            assert stage.parts.engine.delivered == 25


@asynccontextmanager
async def pausing(stage: Stage) -> AsyncIterator[Watcher]:
    """A client whose connection is full after a few messages, until it reads them."""
    url = stage.url.replace("http", "ws", 1) + "/graphql"
    options = {"subprotocols": ["graphql-transport-ws"], "compression": None, "max_size": None}
    async with connect(url, **options, max_queue=1) as socket:  # type: ignore[arg-type]
        await socket.send('{"type":"connection_init"}')
        await socket.recv()
        yield Watcher(socket)


async def test_who_pauses_hears_everything_in_order(stage: Stage) -> None:
    start = await here(stage)
    async with pausing(stage) as slow:
        await following(stage, slow, TEXTS)
        delivered = stage.parts.engine.delivered
        for number in range(40):
            description = chr(97 + number % 26) * 200_000 if number % 3 else "short"
            await stage.post("customer.updated", person("Ann", description=description))
        assert stage.parts.engine.delivered < delivered + 40
        heard = [(await slow.data())["customerChanges"]["cursor"] for _ in range(40)]
    assert heard == after(start, 40)


async def numbered(begins: int, upto: int) -> list[Item]:
    return [(position, Result(b"%d" % position)) for position in range(begins + 1, upto + 1)]


def taking(heard: list[bytes]) -> Take:
    def take(results: list[Result]) -> bool:
        heard.extend(result.payload for result in results)
        return True

    return take


def broken(_results: list[Result]) -> bool:
    raise RuntimeError("broken")


async def test_each_takes_for_itself() -> None:
    """One that is full, one that fails and one that must see to itself first are woken; the others are not."""
    stream, heard, alone = Stream(numbered, 5, 15), list[bytes](), list[bytes]()
    seats = [Seat(5, taking(heard)), Seat(5, not_now), Seat(5, broken), Seat(5, taking(alone), 7), Seat(6, not_now)]
    waiting = [asyncio.create_task(stream.bell.wait(seat)) for seat in seats]
    await asyncio.sleep(0)
    stream.hear(Step(Whereabouts("epoch", 9, 0, 0)))
    await stream.look()
    async with asyncio.timeout(SOON):
        assert all(await asyncio.gather(*waiting[1:]))
    assert not waiting[0].done()
    assert (seats[0].place, heard) == (9, [b"6", b"7", b"8", b"9"])
    assert ([seat.place for seat in seats[1:]], alone) == ([5, 5, 5, 6], [])
    waiting[0].cancel()


async def test_a_word_in_between_passes_nothing_over(stage: Stage) -> None:
    """Told how far the stream has come while others are still being handed what is new, nobody misses it."""
    start = await here(stage)
    async with AsyncExitStack() as stack:
        request = Request(BRIEF, {}, None, None)
        streams = [stage.parts.engine.stream(request) for _ in range(TOGETHER + 50)]
        results = [await stack.enter_async_context(aclosing(stream)) for stream in streams]  # type: ignore[type-var]
        heard = [asyncio.create_task(anext(result)) for result in results]  # type: ignore[arg-type]
        await until(lambda: stage.parts.watching.streams.members == len(heard))
        stream = stream_of(stage)
        await until(lambda: len(stream.bell._waiting) == len(heard))
        before, telling = stream.position, asyncio.create_task(rename(stage, "Ann"))
        await until(lambda: stream.position > before)
        await stage.parts.watching.part()
        await telling
        async with asyncio.timeout(SOON):
            said = [msgspec.json.decode((await one).payload)["data"]["customerChanges"] for one in heard]
        assert {(item["__typename"], item["cursor"]) for item in said} == {("CustomerChange", after(start, 1)[0])}


async def test_who_waited_longest_is_woken_first(stage: Stage) -> None:
    """Where many changes are found at once, as when no word came through."""
    numbers = [9, 3, 7, 1, 8]
    for number in (*numbers, 9):
        await rename(stage, "Ann", number=number)
    keys = [(*CUSTOMER, f"cust_{number}") for number in numbers]
    assert await keys_of(stage.parts.database, 0, len(numbers) + 1, frozenset({CUSTOMER})) == keys
    interests: Interests[str] = Interests()
    for key in sorted(keys):
        interests.add(key[2], frozenset({key}))
    assert list(interests.concerned(keys)) == [key[2] for key in keys]
