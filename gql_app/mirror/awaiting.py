"""Senders who wait for a verdict on what they delivered."""

import asyncio
import time
from dataclasses import replace
from typing import Any

from gql_app.errors import MirrorError
from gql_app.mirror.arrival import Arrival, Settled
from gql_app.mirror.batch import Batch
from gql_app.mirror.writer import Written

Waiting = tuple[Arrival, "asyncio.Future[Settled]"]


def answer(batch: list[Waiting], written: Written, commit: Any) -> None:
    """Tells each what became of its delivery."""
    for (_, waiting), settled in zip(batch, written.settled, strict=True):
        if not waiting.done():
            waiting.set_result(replace(settled, commit=commit))


def told(batch: list[Waiting], written: Written, began: int) -> Batch:
    """What was committed just now, for whoever watches."""
    ended = time.time_ns()
    applied = [arrival for (arrival, _), one in zip(batch, written.settled, strict=True) if one.verdict == "applied"]
    happened = (arrival.event.happened_at for arrival in applied if arrival.event)
    lags = tuple(max(0.0, ended / 1e9 - at / 1e6) for at in happened if at is not None)
    return Batch(len(batch), began, ended, written.position, lags)


def fail(batch: list[Waiting], error: MirrorError) -> None:
    """Tells each who still waits why not."""
    for _, waiting in batch:
        if not waiting.done():
            waiting.set_exception(error)
