"""A line to a server that the test can cut, refuse or freeze."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class Proxy:
    """Passes bytes on, unless told otherwise."""

    host: str
    remote: int
    port: int = 0
    refuses: bool = False
    flows: asyncio.Event = field(default_factory=asyncio.Event)
    writers: set[asyncio.StreamWriter] = field(default_factory=set)

    @asynccontextmanager
    async def gone(self) -> AsyncIterator[None]:
        """Every connection is cut, and no other let in."""
        self.refuses = True
        for writer in list(self.writers):
            writer.transport.abort()
        try:
            yield
        finally:
            self.refuses = False

    @asynccontextmanager
    async def frozen(self) -> AsyncIterator[None]:
        """Connections are made, and nothing goes through: as where a machine has lost its power."""
        self.flows.clear()
        try:
            yield
        finally:
            for writer in list(self.writers):
                writer.transport.abort()
            self.flows.set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.writers.add(writer)
        try:
            if self.refuses:
                return
            there, onward = await self._onward()
            self.writers.add(onward)
            try:
                await asyncio.gather(self._pass(reader, onward), self._pass(there, writer))
            finally:
                self.writers.discard(onward)
                onward.transport.abort()
        except OSError:
            pass
        finally:
            self.writers.discard(writer)
            writer.transport.abort()

    async def _onward(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A server that came with the tests listens on a file, as PostgreSQL names it."""
        if self.host.startswith("/"):
            return await asyncio.open_unix_connection(f"{self.host}/.s.PGSQL.{self.remote}")
        return await asyncio.open_connection(self.host, self.remote)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while said := await reader.read(65536):
            await self.flows.wait()
            writer.write(said)
            await writer.drain()
        writer.transport.abort()


@asynccontextmanager
async def proxied(host: str, remote: int) -> AsyncIterator[Proxy]:
    """A line that is open."""
    proxy = Proxy(host, remote)
    proxy.flows.set()
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        for writer in list(proxy.writers):
            writer.transport.abort()
