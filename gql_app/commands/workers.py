"""Several processes on one port: who dies or hangs is replaced, and all stop together."""

import asyncio
import logging
import sqlite3
from collections.abc import Coroutine
from contextlib import suppress
from multiprocessing.context import SpawnProcess
from typing import Any
from urllib.parse import urlsplit

from gql_app.commands.heart import heart
from gql_app.commands.server import STOP_SIGNALS
from gql_app.commands.worker import Job
from gql_app.database.sqlite import SAFE_SQLITE
from gql_app.errors import BadSetting
from gql_app.settings import Settings

STOP_SECONDS = 14
SHORTEST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
SETTLED_SECONDS = 10.0

log = logging.getLogger(__name__)


def refuse_what_cannot_be_shared(settings: Settings) -> None:
    """Raises BadSetting where several processes could not work on one mirror."""
    feed = settings.feed_url.get_secret_value() if settings.feed_url else ""
    if urlsplit(feed).scheme == "memory":
        raise BadSetting("GQL_APP_FEED_URL is memory://, which reaches one process: leave it out, or --workers")
    on_sqlite = urlsplit(settings.database_url.get_secret_value()).scheme == "sqlite"
    if on_sqlite and sqlite3.sqlite_version_info < SAFE_SQLITE:
        raise BadSetting(
            f"--workers {settings.workers} on one SQLite file needs SQLite 3.51.3 (this Python has "
            f"{sqlite3.sqlite_version}, which could corrupt it): use PostgreSQL, or one worker."
        )


class Workers:
    """One for each job."""

    def __init__(self, jobs: list[Job]) -> None:
        self._jobs = jobs
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Until a signal says stop; returns once every worker has ended."""
        for number in STOP_SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, self.stop)
        async with asyncio.TaskGroup() as places:
            for job in self._jobs:
                places.create_task(self._keep_filled(job), name="worker")

    def stop(self) -> None:
        """Nobody new is let in; who is in is answered."""
        self._stopping.set()
        for job in self._jobs:
            job.listener.close()

    async def _keep_filled(self, job: Job) -> None:
        pause, clock = SHORTEST_PAUSE, asyncio.get_running_loop().time
        while not self._stopping.is_set():
            (process, heard), began = job.begin(), clock()
            log.info("worker_started", extra={"worker": process.pid})
            with heart(heard) as beating:
                await self._until_ended(process, beating.stopped(job.settings.worker_hung_seconds))
            if not self._stopping.is_set():
                log.warning("worker_died", extra={"worker": process.pid, "status": process.exitcode})
                pause = SHORTEST_PAUSE if clock() - began > SETTLED_SECONDS else min(pause * 2, LONGEST_PAUSE)
                await self._stopping_within(pause)

    async def _until_ended(self, process: SpawnProcess, hung: Coroutine[Any, Any, None]) -> None:
        """Told to stop it has a while to answer what it was asked; one that hangs is not asked."""
        waits = (_ended(process), self._stopping.wait(), hung)
        ended, stopping, hanging = tasks = [asyncio.create_task(wait) for wait in waits]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if not ended.done() and stopping.done():
            process.terminate()
            await asyncio.wait({ended}, timeout=STOP_SECONDS)
        if not ended.done():
            log.warning("worker_killed", extra={"worker": process.pid, "hung": hanging.done()})
            process.kill()
        await ended
        stopping.cancel()
        hanging.cancel()
        process.join()

    async def _stopping_within(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()


async def _ended(process: SpawnProcess) -> None:
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(process.sentinel, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(process.sentinel)
