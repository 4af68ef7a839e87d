"""A wire to PostgreSQL that can be frozen: nothing passes any more, and nobody is told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from gql_app.database import PostgresAddress, read_address


@dataclass
class Wire:
    """Frozen, the connections that are open stay so for ever."""

    target: PostgresAddress
    url: str = ""
    port: int = 0
    is_closed: bool = False
    passing: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set)

    def freeze(self, for_good: bool = False) -> None:
        """What is connected hangs; `for_good` new connections hang as well."""
        self.passing.clear()
        self.passing = asyncio.Event()
        if not for_good:
            self.passing.set()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection; it holds to the event it began with."""
        here = asyncio.current_task()
        assert here is not None
        self._tasks.add(here)
        passing = self.passing
        try:
            if self.is_closed:
                return
            await passing.wait()
            theirs, ours = await self._connected()
            try:
                await asyncio.gather(_pump(reader, ours, passing), _pump(theirs, writer, passing))
            finally:
                ours.close()
        except asyncio.CancelledError:
            pass
        finally:
            self._tasks.discard(here)
            writer.close()

    @property
    def connections(self) -> int:
        """How many are open."""
        return len(self._tasks)

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        host, port = self.target.host or "", self.target.port
        if host.startswith("/"):
            return await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
        return await asyncio.open_connection(host, port)

    def close(self) -> None:
        """Ends every connection, and takes no more."""
        self.cut()
        self.is_closed = True

    def cut(self) -> None:
        """Ends every connection."""
        for task in self._tasks:
            task.cancel()


def at(target: PostgresAddress, port: int) -> str:
    """The same database by way of a port on loopback."""
    return f"postgres://{target.user or 'postgres'}:{target.password or ''}@127.0.0.1:{port}/{target.database}"


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, passing: asyncio.Event) -> None:
    with suppress(OSError):
        while said := await reader.read(65536):
            await passing.wait()
            writer.write(said)
            await writer.drain()
        writer.close()


@asynccontextmanager
async def wired(url: str) -> AsyncIterator[Wire]:
    """A wire to this database."""
    target = read_address(url)
    assert isinstance(target, PostgresAddress)
    wire = Wire(target)
    wire.passing.set()
    server = await asyncio.start_server(wire.carry, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    wire.port, wire.url = port, at(target, port)
    try:
        yield wire
    finally:
        server.close()
        wire.cut()
        while wire.connections:
            await asyncio.sleep(0)
