"""What is over in a moment is tried again before a sender is refused."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from gql_app.errors import Outage

T = TypeVar("T")

PAUSES = (0.05, 0.25)
"""Seconds between tries, give or take half: who was refused together shall not come back together."""

PATIENCE = 2.0
"""Seconds after which no other try begins: Voucherify gives up after ten, and others wait behind."""


async def patiently(work: Callable[[], Awaitable[T]]) -> T:
    """What the work returns; raises its Outage where that is not over soon."""
    ends = time.monotonic() + PATIENCE
    for pause in PAUSES:
        try:
            return await work()
        except Outage as outage:
            if not outage.is_passing or time.monotonic() > ends:
                raise
        await asyncio.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311  # a lottery, not a secret
    return await work()
