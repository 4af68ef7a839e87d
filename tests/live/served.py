"""A real `gql-app serve` with its workers, as processes."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx2
import psutil

from tests.stage import Watcher, envelope

from .test_stopping import caller

PATIENCE = 60.0
"""Seconds; a process takes long to start where many do."""


@dataclass
class Served:
    """A server, and what its log says of its workers."""

    process: Process
    port: int = 0
    workers: list[int] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def url(self) -> str:
        """Where it serves."""
        return f"http://127.0.0.1:{self.port}"

    async def read_log(self) -> None:
        """Notes every worker that is started."""
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            self.log.append(line.decode())
            if line.startswith(b"{") and (said := json.loads(line))["event"] == "worker_started":
                self.workers.append(said["worker"])
            async with self.news:
                self.news.notify_all()

    async def begun(self, count: int) -> None:
        """Waits until so many workers have served."""
        async with self.news, asyncio.timeout(PATIENCE):
            await self.news.wait_for(lambda: sum("Started server" in line for line in self.log) >= count)

    async def tell(self, number: int) -> None:
        """One change, on a connection of its own, told until it is acknowledged."""
        customer = {"customer": {"id": f"cust_{number}", "object": "customer", "name": "Ann"}}
        at = f"2026-03-02T{number // 60:02}:{number % 60:02}:00.000Z"
        body = envelope("customer.updated", customer, at, f"whs_{number:018d}a", f"evcus_{number:018d}")
        while not await self._is_taken(body):
            pass

    async def _is_taken(self, body: object) -> bool:
        try:
            async with httpx2.AsyncClient(base_url=self.url, trust_env=False, verify=False) as client:
                return (await client.post("/webhooks/voucherify", json=body, timeout=30)).status_code == 202
        except httpx2.TransportError:
            return False

    @asynccontextmanager
    async def caller_at(self, worker: int) -> AsyncIterator[Watcher]:
        """A client of this worker: the kernel deals connections out, so we call until we get it."""
        while True:
            async with caller(self.port) as watcher:
                if watcher.socket.local_address[1] in ports_at(worker):
                    yield watcher
                    return


def ports_at(worker: int) -> set[int]:
    """The clients' ends of a process's connections."""
    return {one.raddr.port for one in psutil.Process(worker).net_connections("tcp") if one.raddr}


@asynccontextmanager
async def served(*words: str, feed: str | None = None) -> AsyncIterator[Served]:
    """A server that has said where it is."""
    environment = os.environ | {"GQL_APP_LOG_FORMAT": "json"} | ({"GQL_APP_FEED_URL": feed} if feed else {})
    command = [sys.executable, "-m", "gql_app", "serve", "--port", "0", *words]
    process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=PIPE, stderr=PIPE)
    server = Served(process)
    reading = asyncio.create_task(server.read_log())
    try:
        assert process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            while b"GraphQL" not in (line := await process.stdout.readline()):
                assert line, server.log
        server.port = int(line.split(b"/graphql")[0].rsplit(b":", 1)[1])
        yield server
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await reading
