"""Whether the process can do its work, part by part; asking often costs no more than asking now and then."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from gql_app.errors import MirrorError

PATIENCE = 3.0
"""Seconds that an answer waits for its parts: whoever probes gives up soon as well."""

Check = Callable[[], Awaitable[str]]
"""Says a word; a part that works says ok, or polling."""


class Readiness:
    """Asks each part at most once at a time; `parts` are in the order in which they are told."""

    def __init__(self, parts: Mapping[str, Check]) -> None:
        self._parts = dict(parts)
        self._asked: dict[str, asyncio.Task[str]] = {}

    def add(self, name: str, check: Check) -> None:
        """One more part."""
        self._parts[name] = check

    async def words(self) -> dict[str, str]:
        """One for each part."""
        tasks = {name: self._ask(name) for name in self._parts}
        await asyncio.wait(tasks.values(), timeout=PATIENCE)
        return {name: task.result() if task.done() else "not answering" for name, task in tasks.items()}

    async def stop(self) -> None:
        """Nobody waits for an answer any more."""
        for task in self._asked.values():
            task.cancel()
        if self._asked:
            await asyncio.wait(self._asked.values(), timeout=PATIENCE)

    def _ask(self, name: str) -> "asyncio.Task[str]":
        task = self._asked.get(name)
        if task is None or task.done():
            task = self._asked[name] = asyncio.create_task(_word(self._parts[name]), name=f"is {name} ready")
        return task


async def _word(check: Check) -> str:
    try:
        return await check()
    except MirrorError as error:
        return spoken(type(error).__name__)


def spoken(name: str) -> str:
    """An error's name in words: OutOfDate is out of date."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()


def works(check: Callable[[], Awaitable[Any]]) -> Check:
    """A part that works where this raises nothing."""

    async def word() -> str:
        await check()
        return "ok"

    return word


def holds(word: Callable[[], str]) -> Check:
    """A part that need not be waited for."""

    async def now() -> str:
        return word()

    return now
