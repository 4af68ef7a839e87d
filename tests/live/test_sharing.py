"""Subscribers with the same question share its answers, and nothing remains when the last has left."""

from contextlib import AsyncExitStack
from typing import Any

from tests.stage import Stage, Watcher

from .scenes import BRIEF, CHANGES, after, cursors, following, here, items, rename, until

MANY = 50
KEYS = """subscription($keys: [String!], $after: Cursor) { customerChanges(after: $after) {
  ... on CustomerChange { customer { metadata(keys: $keys) { key } } } } }"""
PERSON = "subscription($id: ID!) { customer(by: {id: $id}) { name } }"


async def crowd(stage: Stage, stack: AsyncExitStack, size: int = MANY) -> list[Watcher]:
    return [await stack.enter_async_context(stage.watcher()) for _ in range(size)]


async def test_a_step_costs_one_statement_however_many_follow(stage: Stage, statements: list[str]) -> None:
    async with AsyncExitStack() as stack:
        watchers = await crowd(stage, stack)
        for watcher in watchers:
            await following(stage, watcher)
        statements.clear()
        await rename(stage, "Ann")
        for watcher in watchers:
            assert (await items(watcher, 1))[0]["kind"] == "CREATED"
        assert len([sql for sql in statements if "changes" in sql]) == 1
        assert len(stage.parts.watching.streams) == 1


async def test_a_change_costs_one_statement_however_many_look(stage: Stage, statements: list[str]) -> None:
    async with AsyncExitStack() as stack:
        watchers = await crowd(stage, stack)
        for watcher in watchers:
            await watcher.subscribe(PERSON, id="cust_1")
            assert await watcher.data() == {"customer": None}
        statements.clear()
        await rename(stage, "Ann")
        for watcher in watchers:
            assert await watcher.data() == {"customer": {"name": "Ann"}}
        assert len([sql for sql in statements if "customer" in sql and "concerned" not in sql]) == 1
        assert len(stage.parts.watching.watches) == 1


async def test_another_customer_costs_those_who_look_nothing(stage: Stage, statements: list[str]) -> None:
    async with stage.watcher() as watcher, stage.watcher() as other:
        await watcher.subscribe(PERSON, id="cust_1")
        await other.subscribe(PERSON, id="cust_2")
        await watcher.data(), await other.data()
        statements.clear()
        await rename(stage, "Bob", number=2)
        assert await other.data() == {"customer": {"name": "Bob"}}
        assert len([sql for sql in statements if "customer" in sql and "concerned" not in sql]) == 1
        assert len(stage.parts.watching.watches) == 2


async def test_who_comes_back_together_reads_together(stage: Stage, statements: list[str]) -> None:
    """As when a process has ended: everybody has the same cursor, from before the stream that is begun anew."""
    start = await here(stage)
    await rename(stage, "Ann", "Anna", "Annie")
    async with AsyncExitStack() as stack:
        watchers = await crowd(stage, stack)
        statements.clear()
        for watcher in watchers:
            await watcher.subscribe(BRIEF, after=start)
        for watcher in watchers:
            assert await cursors(watcher, 3) == after(start, 3)
        assert len(statements) < MANY / 2


async def test_where_each_begins_does_not_part_them(stage: Stage) -> None:
    start = await here(stage)
    await rename(stage, "Ann", "Anna")
    async with AsyncExitStack() as stack:
        watchers = await crowd(stage, stack, 4)
        given: list[dict[str, Any]] = [{}, {"after": None}, {"after": start}, {"after": after(start, 1)[0]}]
        for watcher, variables in zip(watchers, given, strict=True):
            await following(stage, watcher, BRIEF, **variables)
        assert len(stage.parts.watching.streams) == 1
        await rename(stage, "Annie")
        for watcher, behind in zip(watchers, (0, 0, 2, 1), strict=True):
            assert await cursors(watcher, behind + 1) == after(start, 3)[2 - behind :]


async def test_other_variables_part_them(stage: Stage) -> None:
    async with stage.watcher() as watcher:
        for keys in (["a"], ["b"], ["a", "b"], None):
            await following(stage, watcher, KEYS, keys=keys)
        assert len(stage.parts.watching.streams) == 4


async def test_nothing_remains_when_the_last_has_left(stage: Stage) -> None:
    watching = stage.parts.watching
    async with stage.watcher() as first:
        async with stage.watcher() as second:
            for watcher in (first, second):
                await following(stage, watcher)
                await watcher.subscribe(PERSON, id="cust_1")
                await watcher.data()
        await until(lambda: watching.streams.members == watching.watches.members == 1)
        assert (len(watching.streams), len(watching.watches)) == (1, 1)
    await until(lambda: not watching.streams and not watching.watches)
    assert stage.parts.follower.listeners == 0


async def test_a_question_is_answered_anew_after_the_last_has_left(stage: Stage) -> None:
    for name in ("Ann", "Anna", "Annie"):
        async with stage.watcher() as watcher:
            await watcher.subscribe(PERSON, id="cust_1")
            await watcher.data()
            await rename(stage, name)
            assert await watcher.data() == {"customer": {"name": name}}


async def test_one_operation_may_end_while_another_goes_on(stage: Stage) -> None:
    async with stage.watcher() as watcher:
        await following(stage, watcher, CHANGES)
        await following(stage, watcher, CHANGES)
        await watcher.socket.send('{"id":"1","type":"complete"}')
        await until(lambda: stage.parts.watching.streams.members == 1)
        await rename(stage, "Ann")
        assert (await watcher.message())["id"] == "2"
