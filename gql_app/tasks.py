"""How what runs beside the requests ends: in time, whatever it waits for."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from gql_app.mirror.inbox import Inbox

DRAIN_SECONDS = 3.0
END_SECONDS = 1.0

log = logging.getLogger(__name__)


@asynccontextmanager
async def owned(work: Any, name: str) -> AsyncIterator["asyncio.Task[None]"]:
    """A task for as long as the context lasts; one that a silent database holds up is not waited for long."""
    task = asyncio.create_task(work, name=name)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait([task], timeout=END_SECONDS)
        if task.done() and not task.cancelled():
            task.result()


async def drained(inbox: Inbox) -> None:
    """What was accepted is written; where nobody can write, its senders were not answered and come again."""
    try:
        async with asyncio.timeout(DRAIN_SECONDS):
            await inbox.drain()
    except TimeoutError:
        log.warning("stopped_unwritten", extra={"events": inbox.waiting})
