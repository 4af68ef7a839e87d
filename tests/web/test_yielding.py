"""What comes at once is worked on in pieces."""

import asyncio
import itertools

import pytest

from gql_app.web.yielding import OFTEN, Yielding


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


async def test_where_others_hold_the_loop_several_pieces_go_through_at_once() -> None:
    clock = Clock()
    pieces = Yielding(clock)
    assert await most_in_a_turn(pieces, clock, 4.5 * OFTEN) == 4
    assert await most_in_a_turn(pieces, clock, 0.5 * OFTEN, after=20) == 1


class Clock:
    """Stands still but for who sets it."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


async def most_in_a_turn(pieces: Yielding, clock: Clock, seconds: float, after: int = 0) -> int:
    """How many of forty pieces go through at one turn of a loop whose turns take so long, once so many have."""
    turns = [0]

    async def piece() -> None:
        async with pieces:
            turns[-1] += 1

    waiting = asyncio.gather(*(piece() for _ in range(40)))
    while not waiting.done():
        await asyncio.sleep(0)
        clock.now += seconds
        turns.append(0)
    so_far = itertools.accumulate(turns)
    return max(turn for turn, gone in zip(turns, so_far, strict=True) if gone > after)


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
