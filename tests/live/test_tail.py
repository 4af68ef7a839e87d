"""`gql-app tail`, as a process of its own beside a running service."""

import asyncio
import json
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.stage import Stage

from .scenes import after, here, rename

PATIENCE = 60.0
"""Seconds; a process takes long to start where many do."""


class Tail:
    """What it prints."""

    def __init__(self, process: Process) -> None:
        self.process = process

    async def line(self) -> str:
        """The next line."""
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            return (await self.process.stdout.readline()).decode().rstrip("\n")

    async def said(self, word: str) -> str:
        """The next line of standard error that says this."""
        assert self.process.stderr is not None
        async with asyncio.timeout(PATIENCE):
            while word not in (line := (await self.process.stderr.readline()).decode()):
                assert line, f"it never said {word}"
        return line.rstrip("\n")

    async def object(self) -> dict[str, Any]:
        """The next line, read by a program."""
        said: dict[str, Any] = json.loads(await self.line())
        return said

    async def stopped(self, how: signal.Signals = signal.SIGINT) -> str:
        """Its last word, which must be a cursor, and no failure."""
        self.process.send_signal(how)
        said = await self.said("--after ")
        async with asyncio.timeout(PATIENCE):
            assert await self.process.wait() == 0
        return said.partition("--after ")[2]


@asynccontextmanager
async def typed(url: str, *words: str) -> AsyncIterator[Tail]:
    """The command, however it ends."""
    command = (sys.executable, "-m", "gql_app", "tail", "--database-url", url, *words)
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE)
    try:
        yield Tail(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


@asynccontextmanager
async def tail(url: str, *words: str) -> AsyncIterator[Tail]:
    """A tail that has caught up."""
    async with typed(url, *words) as begun:
        await begun.said("up to date")
        yield begun


async def test_changes_are_printed_as_they_happen(stage: Stage, database_url: str) -> None:
    await rename(stage, "Before")
    async with tail(database_url) as following:
        await rename(stage, "Ann", "Ben")
        for version in (2, 3):
            said = await following.line()
            assert f"UPDATED    cust_1  v{version}  customer.updated  " in said
            assert said.endswith("name")
            assert "Ann" not in said, "values are personal data"


async def test_a_program_stops_it_and_goes_on_where_it_was(stage: Stage, database_url: str) -> None:
    expected = after(await here(stage), 4)
    async with tail(database_url, "--json") as following:
        await rename(stage, "Ann", "Ben")
        assert [(await following.object())["cursor"] for _ in range(2)] == expected[:2]
        cursor = await following.stopped()
    assert cursor == expected[1]
    await rename(stage, "Cid", "Dan")
    async with typed(database_url, "--json", "--values", "--after", cursor) as following:
        for name, expect in (("Cid", expected[2]), ("Dan", expected[3])):
            said = await following.object()
            assert (said["cursor"], said["changes"][0]["path"], said["changes"][0]["after"]) == (expect, "name", name)
        await following.said("up to date")
        assert await following.stopped(signal.SIGTERM) == expected[3]


async def test_one_customer_is_followed_and_the_others_are_passed_by(stage: Stage, database_url: str) -> None:
    expected = after(await here(stage), 3)
    async with tail(database_url, "--customer", "cust_2", "--json") as following:
        for number in (1, 2, 3):
            await rename(stage, "Ann", number=number)
        said = await following.object()
        assert (said["customerId"], said["cursor"]) == ("cust_2", expected[1])


async def test_a_cursor_of_another_journal_is_a_gap(stage: Stage, database_url: str) -> None:
    start = await here(stage)
    async with typed(database_url, "--after", "elsewhere.all.7") as following:
        assert (await following.line()).startswith("GAP JOURNAL_RESET: ")
    async with typed(database_url, "--after", "elsewhere.all.7", "--json") as following:
        assert await following.object() == {"cursor": start, "kind": "GAP", "reason": "JOURNAL_RESET"}


async def test_nothing_told_from_outside_steers_the_terminal(stage: Stage, database_url: str) -> None:
    async with tail(database_url, "--values") as following:
        await rename(stage, "\x1b[2J\x9b31m")
        said = await following.line() + await following.line()
        assert "\x1b" not in said
        assert "\x9b" not in said


async def test_a_word_that_is_no_cursor_is_refused(stage: Stage, database_url: str) -> None:
    async with typed(database_url, "--after", "yesterday") as refused:
        await refused.said("not a cursor")
        async with asyncio.timeout(PATIENCE):
            assert await refused.process.wait() == 1
