"""What comes at once is worked on in pieces."""

import asyncio
import itertools

import pytest

from gql_app.web.yielding import Yielding


async def test_the_loop_turns_between_any_two_pieces() -> None:
    pieces, seen = Yielding(), list[str]()

    async def piece(number: int) -> None:
        async with pieces:
            seen.append(str(number))

    async def answer() -> None:
        while len(seen) - seen.count("answer") < 5:
            seen.append("answer")
            await asyncio.sleep(0)

    await asyncio.gather(answer(), *(piece(number) for number in range(5)))
    assert [word for word in seen if word != "answer"] == ["0", "1", "2", "3", "4"]
    assert all("answer" in (one, next_one) for one, next_one in itertools.pairwise(seen))


async def test_a_piece_that_fails_or_is_left_holds_nobody_up() -> None:
    pieces = Yielding()

    async def failing() -> None:
        async with pieces:
            raise ValueError("a piece")

    with pytest.raises(ValueError, match="a piece"):
        await failing()
    left = [asyncio.create_task(failing()) for _ in range(3)]
    await asyncio.sleep(0)
    for task in left:
        task.cancel()
    await asyncio.wait(left)
    async with pieces:
        pass
