"""Where one word wakes many groups, they look in the order in which they were woken, a few at a time."""

import asyncio
from contextlib import AsyncExitStack
from functools import partial

from gql_app.live.groups import AT_A_TIME, Groups
from gql_app.live.watch import Watch
from tests.live.scenes import until
from tests.stage import on_stage

MANY = 3 * AT_A_TIME


async def test_who_was_woken_first_is_answered_first(sqlite_url: str) -> None:
    begun: list[int] = []
    gate = asyncio.Event()

    async def read(number: int) -> bytes:
        begun.append(number)
        await gate.wait()
        return b""

    async with on_stage(sqlite_url) as stage, AsyncExitStack() as stack:
        groups: Groups[Watch] = Groups(stage.parts.follower)
        joined = [groups.joined(number, partial(Watch, partial(read, number), frozenset())) for number in range(MANY)]
        for group in [await stack.enter_async_context(one) for one in joined]:
            group.wake()
        await until(lambda: len(begun) >= AT_A_TIME)
        await asyncio.sleep(0)
        assert begun == list(range(AT_A_TIME))
        gate.set()
        await until(lambda: len(begun) == MANY)
        assert begun == list(range(MANY))
