"""`gql-app serve` as a process of its own, and a wire to it on which anything can be said."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import psutil

PATIENCE = 60.0


@dataclass
class Real:
    """A server, by its process id and its port."""

    process: "subprocess.Popen[bytes]"
    port: int
    log: Path

    @property
    def url(self) -> str:
        """Where it serves."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def memory(self) -> int:
        """Bytes that are its own."""
        return int(psutil.Process(self.process.pid).memory_info().rss)

    @property
    def descriptors(self) -> int:
        """Files and sockets it holds."""
        return int(psutil.Process(self.process.pid).num_fds())

    @contextmanager
    def wire(self, *said: bytes) -> Iterator[socket.socket]:
        """A connection on which this has been said."""
        with closing(socket.create_connection(("127.0.0.1", self.port), PATIENCE)) as wire:
            for part in said:
                wire.sendall(part)
            yield wire

    def says(self, *said: bytes) -> bytes:
        """Everything that is answered until the connection ends."""
        with self.wire(*said) as wire:
            return heard(wire)

    def says_what_it_can(self, said: bytes) -> bytes:
        """The same, where the other side may end before all is said."""
        with self.wire() as wire:
            with suppress(OSError):
                wire.sendall(said)
            return heard(wire)

    def client(self, **more: Any) -> httpx2.AsyncClient:
        """A client that behaves."""
        return httpx2.AsyncClient(base_url=self.url, timeout=PATIENCE, trust_env=False, verify=False, **more)

    def ask(self, query: str) -> Any:
        """The data of an answer."""
        body = json.dumps({"query": query}).encode()
        with httpx2.Client(base_url=self.url, timeout=PATIENCE, trust_env=False, verify=False) as client:
            return client.post("/graphql", content=body, headers={"content-type": "application/json"}).json()["data"]


def heard(wire: socket.socket) -> bytes:
    """Everything until the other side has ended; a reset is an end as well."""
    parts = []
    try:
        while part := wire.recv(65536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)


@contextmanager
def real(folder: Path, database_url: str, *words: str, **settings: Any) -> Iterator[Real]:
    """A server that has said where it is."""
    given = {f"GQL_APP_{name.upper()}": str(value) for name, value in settings.items()}
    environment = os.environ | {"GQL_APP_LOG_FORMAT": "json"} | given
    command = [sys.executable, "-m", "gql_app", "serve", "--port", "0", "--database-url", database_url, *words]
    log = folder / "serve.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=errors)
    try:
        assert process.stdout is not None
        while b"GraphQL   http" not in (line := process.stdout.readline()):
            assert line, log.read_text()
        yield Real(process, int(line.split(b"/graphql")[0].rsplit(b":", 1)[1]), log)
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


@asynccontextmanager
async def really(folder: Path, database_url: str, *words: str, **settings: Any) -> AsyncIterator[Real]:
    """The same where other things go on in the meantime."""
    context = real(folder, database_url, *words, **settings)
    server = await asyncio.to_thread(context.__enter__)
    try:
        yield server
    finally:
        await asyncio.to_thread(context.__exit__, None, None, None)
