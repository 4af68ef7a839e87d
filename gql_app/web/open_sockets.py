"""Which sockets this process holds."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from gql_app.web import closing
from gql_app.web.connection import Connection

FAREWELL_SECONDS = 2.0


class OpenSockets:
    """The sockets of this process."""

    def __init__(self) -> None:
        self._open: dict[Connection, asyncio.Task[None] | None] = {}
        self.closing = False
        self.slow = 0
        """How many were closed because their client did not read."""
        self.let_go = 0
        """How many have ended."""

    def __len__(self) -> int:
        return len(self._open)

    def operations(self) -> int:
        """Count what runs on all of them."""
        return sum(len(connection.operations) for connection in self._open)

    @contextmanager
    def holding(self, connection: Connection) -> Iterator[None]:
        """Keep a socket for as long as its task is in here."""
        self._open[connection] = asyncio.current_task()
        try:
            yield
        finally:
            del self._open[connection]
            self.slow += connection.was_slow
            self.let_go += 1

    async def close_all(self) -> None:
        """Tell every client to come back later, and wait until each has been let go; no more are taken. Who does not
        even read the farewell is hung up on.
        """
        self.closing = True
        tasks = [task for task in self._open.values() if task is not None]
        for connection in self._open:
            connection.end(closing.RESTART)
        if tasks:
            await asyncio.wait(tasks, timeout=FAREWELL_SECONDS)
        for connection in self._open:
            connection.hang_up()
        if tasks:
            await asyncio.wait(tasks, timeout=FAREWELL_SECONDS)
