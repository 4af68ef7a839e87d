"""`gql-app tail`."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Protocol

from rich.console import Console
from rich.text import Text

from gql_app.commands.far_tail import FarTail
from gql_app.commands.keeping import at_desk
from gql_app.commands.lines import line_of, said_of
from gql_app.live.follower import Follower
from gql_app.live.position import Gap
from gql_app.live.tail import Entry, Tail
from gql_app.settings import Settings


@dataclass(frozen=True, slots=True)
class Manner:
    """What is followed, and how it is printed."""

    after: str | None = None
    customer_id: str | None = None
    as_json: bool = False
    with_values: bool = False


class Following(Protocol):
    """The changes of a mirror, here or elsewhere."""

    @property
    def cursor(self) -> str | None: ...

    def follow(self, cursor: str | None) -> AsyncIterator[Entry | Gap | None]: ...


async def far_tail(url: str, token: str | None, manner: Manner) -> None:
    """The same of a service that has another's database."""
    await _follow(FarTail(url, token, manner.customer_id), manner)


async def tail(settings: Settings, manner: Manner) -> None:
    """Prints changes until told to stop, and then the cursor to come back with, on standard error."""
    async with at_desk(settings) as desk:
        follower = Follower(desk.database, desk.feed, settings.poll_seconds)
        following = Tail(desk.database, follower, manner.customer_id)
        async with _running(follower):
            await _follow(following, manner)


async def _follow(following: Following, manner: Manner) -> None:
    try:
        await _print_until_stopped(following, manner)
    finally:
        if following.cursor:
            print(f"gql-app: go on with --after {following.cursor}", file=sys.stderr)


@asynccontextmanager
async def _running(follower: Follower) -> AsyncIterator[None]:
    task = asyncio.create_task(follower.run(), name="follower")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _print_until_stopped(following: Following, manner: Manner) -> None:
    printing = asyncio.create_task(_print(following, manner), name="tail")
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, printing.cancel)
    try:
        with suppress(asyncio.CancelledError):
            await printing
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever read has read enough


async def _print(following: Following, manner: Manner) -> None:
    console, is_first = Console(highlight=False, soft_wrap=True), True
    async for news in following.follow(manner.after):
        if news is not None:
            said = said_of(news, following.cursor or "", manner.with_values)
            console.print(Text(json.dumps(said)) if manner.as_json else line_of(news, said))
        elif is_first:
            print(f"gql-app: up to date at {following.cursor}", file=sys.stderr)
            is_first = False
        sys.stdout.flush()
