"""One of several processes that serve on one port."""

import asyncio
import multiprocessing
import os
import signal
import socket
import sys
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from gql_app.app import ALONE, running
from gql_app.commands.heart import beat
from gql_app.commands.server import GentleServer, run, serve
from gql_app.errors import MirrorError
from gql_app.observe import configure_logs
from gql_app.observe.traces import is_on, tracing
from gql_app.settings import Settings
from gql_app.tasks import owned
from gql_app.web.siblings import Seat


@dataclass(frozen=True, slots=True)
class Job:
    """What each worker does."""

    settings: Settings
    listener: socket.socket
    seat: Seat = ALONE

    def begin(self) -> tuple[SpawnProcess, Connection]:
        """A worker, and where its heart is heard; the keyboard's interrupt is for us, who tell the workers."""
        context = multiprocessing.get_context("spawn")
        heard, beats = context.Pipe(duplex=False)
        process = context.Process(target=work, args=(self, beats), daemon=True)
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            beats.close()
        return process, heard


def work(job: Job, beats: Connection) -> None:
    """A worker's whole life."""
    configure_logs(job.settings.log_format, is_on(os.environ))
    try:
        run(_work(job, beats))
    except MirrorError as error:
        print(f"gql-app: {error}", file=sys.stderr)
        sys.exit(1)


async def _work(job: Job, beats: Connection) -> None:
    with tracing(os.environ) as tracer:
        async with owned(beat(beats), "heart"), running(job.settings, job.seat, tracer) as parts:
            await serve(parts, job.listener, _stop_with_parent)


def _stop_with_parent(server: GentleServer) -> None:
    """A worker that nobody would stop or replace any more must not keep the port."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    asyncio.get_running_loop().add_reader(parent.sentinel, server.stop)
