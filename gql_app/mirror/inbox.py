"""Where events wait for their turn: many requests, one writer task that no request can cancel."""

import asyncio
import logging
import time
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from gql_app.database import Database
from gql_app.errors import Busy, MirrorError, Outage, Slip, Unstorable
from gql_app.mirror.arrival import Arrival, Settled
from gql_app.mirror.batch import Batch, OnCommit, unwatched
from gql_app.mirror.patience import patiently
from gql_app.mirror.writer import Written, write

log = logging.getLogger(__name__)

STUCK_SECONDS = 60.0
"""Twice what a single command is given, and the time to try again."""

MARK = 0.8
"""The part of the queue's capacity beyond which it is filling."""

ANSWER_SECONDS = 8.0
"""A sender hears by then, whatever the database does: Voucherify waits for ten. What is written after all is a
duplicate when it comes again.
"""

Waiting = tuple[Arrival, "asyncio.Future[Settled]"]


class Inbox:
    """While one batch commits the next one gathers; `take` returns once its event is durably stored."""

    def __init__(
        self,
        database: Database,
        announce: Callable[[int], Awaitable[None]],
        capacity: int = 1024,
        batch: int = 128,
        on_commit: OnCommit = unwatched,
    ) -> None:
        self.committed_at = float("-inf")
        """By the monotonic clock."""

        self._on_commit = on_commit
        self._busy_since: float | None = None
        self._now: list[Waiting] = []
        self._has_given_up = False
        self._database = database
        self._announce = announce
        self._batch = batch
        self._queue: asyncio.Queue[Waiting] = asyncio.Queue(capacity)

    async def take(self, arrival: Arrival) -> Settled:
        """What became of it, after commit. Raises Busy at once where the queue is full, Outage where
        nobody can write.
        """
        verdict: asyncio.Future[Settled] = asyncio.get_running_loop().create_future()
        if self._has_given_up:
            raise Busy()
        try:
            self._queue.put_nowait((arrival, verdict))
        except asyncio.QueueFull:
            raise Busy() from None
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await verdict
        except TimeoutError:
            raise Outage(f"The database has not written for {ANSWER_SECONDS:g} s.") from None

    async def run(self) -> None:
        """The writer: the only task that writes mirrored rows. Runs until cancelled between batches."""
        while True:
            batch = [await self._queue.get()]
            while len(batch) < self._batch and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            self._busy_since, self._now = time.monotonic(), batch
            try:
                await asyncio.shield(asyncio.ensure_future(self._settle(batch)))
            finally:
                self._busy_since, self._now = None, []
                for _ in batch:
                    self._queue.task_done()

    async def drain(self) -> None:
        """Returns when everything taken so far has been answered."""
        if not self._has_given_up:
            await self._queue.join()

    def give_up(self) -> None:
        """Whoever waits, and whoever comes, is told to come again: what is being written may still be, and the second
        telling is then a repeat.
        """
        self._has_given_up = True
        waiting = [self._queue.get_nowait() for _ in range(self._queue.qsize())]
        _fail([*self._now, *waiting], Busy())

    @property
    def is_full(self) -> bool:
        """Whether the next event would be refused."""
        return self._queue.full()

    @property
    def is_stuck(self) -> bool:
        """Whether one batch has taken longer than any server is given time for."""
        return self._busy_since is not None and time.monotonic() - self._busy_since > STUCK_SECONDS

    @property
    def is_filling(self) -> bool:
        """Whether so many wait that the sender should look for another process."""
        return self.waiting > self.capacity * MARK

    @property
    def capacity(self) -> int:
        """How many may wait."""
        return self._queue.maxsize

    @property
    def waiting(self) -> int:
        """How many events wait for their turn."""
        return self._queue.qsize()

    async def _settle(self, batch: list[Waiting]) -> None:
        began = time.time_ns()
        try:
            written = await patiently(lambda: self._write([arrival for arrival, _ in batch]))
        except Unstorable as fault:
            await self._isolate(batch, fault)
        except MirrorError as outage:
            _fail(batch, outage)
        except Exception as bug:
            _note(bug, len(batch))
            await self._isolate(batch, Slip(f"folding failed: {type(bug).__name__}"))
        else:
            self.committed_at = time.monotonic()
            _answer(batch, written, self._on_commit(_told(batch, written, began)))
            await self._announce_quietly(written.position)

    async def _isolate(self, batch: list[Waiting], fault: MirrorError) -> None:
        """Halves a batch until the event at fault stands alone, where it holds nobody up: what the database cannot
        hold is quarantined; what failed by our mistake is refused while its sender will send it again, and
        quarantined before that switches the webhook off.
        """
        if len(batch) > 1:
            half = len(batch) // 2
            await self._settle(batch[:half])
            await self._settle(batch[half:])
            return
        arrival, verdict = batch[0]
        if isinstance(fault, Slip) and arrival.comes_again:
            _fail(batch, fault)
            return
        if arrival.reason is not None:
            _fail(batch, Outage(f"Not even the bytes can be stored: {fault}"))
            return
        await self._settle([(replace(arrival, facts=None, reason=str(fault)[:500]), verdict)])

    async def _write(self, arrivals: list[Arrival]) -> Written:
        async with self._database.turn() as transaction:
            return await write(transaction, self._database.dialect, arrivals)

    async def _announce_quietly(self, position: int) -> None:
        """The journal has it: a lost word costs listeners time, never a change."""
        try:
            await self._announce(position)
        except Exception as error:
            log.warning("announcement_lost", extra={"position": position, "error": type(error).__name__})


def _note(bug: Exception, events: int) -> None:
    """Where it happened, without its message: that may quote what a customer said of themselves."""
    frames = "".join(traceback.format_tb(bug.__traceback__))
    log.error("batch_failed", extra={"events": events, "error": type(bug).__name__, "frames": frames})


def _answer(batch: list[Waiting], written: Written, commit: Any) -> None:
    for (_, waiting), settled in zip(batch, written.settled, strict=True):
        if not waiting.done():
            waiting.set_result(replace(settled, commit=commit))


def _told(batch: list[Waiting], written: Written, began: int) -> Batch:
    ended = time.time_ns()
    applied = [arrival for (arrival, _), one in zip(batch, written.settled, strict=True) if one.verdict == "applied"]
    happened = (arrival.event.happened_at for arrival in applied if arrival.event)
    lags = tuple(max(0.0, ended / 1e9 - at / 1e6) for at in happened if at is not None)
    return Batch(len(batch), began, ended, written.position, lags)


def _fail(batch: list[Waiting], error: MirrorError) -> None:
    for _, waiting in batch:
        if not waiting.done():
            waiting.set_exception(error)
