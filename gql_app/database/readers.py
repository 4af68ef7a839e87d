"""Connections to PostgreSQL that only read, handed out for one statement at a time.

A pool of the driver's own costs more than most statements here: it guards against callers who keep connections and
leave state in them, with a task and several timers for each use. Nobody outside this module ever holds one of these.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import asyncpg

if TYPE_CHECKING:
    Connection: TypeAlias = asyncpg.Connection[Any]
else:
    Connection = asyncpg.Connection

MENDING_SECONDS = 1.0
"""How long a connection may take to get over a statement that was given up; a silent server is left then."""


class Readers:
    """No more connections than `most`, each made when it is first needed; who finds none free waits in line, no
    longer than `patience` seconds.
    """

    def __init__(
        self,
        connect: Callable[[], Awaitable[Connection]],
        most: int,
        patience: float,
        mending_seconds: float = MENDING_SECONDS,
    ) -> None:
        self._connect = connect
        self._patience = patience
        self._mending_seconds = mending_seconds
        self._unmade = most
        self._all: set[Connection] = set()
        self._free: list[Connection] = []
        self._line: deque[asyncio.Future[Connection | None]] = deque()
        self._mending: set[asyncio.Task[None]] = set()

    async def fetch(self, sql: str, parameters: tuple[Any, ...]) -> list[Any]:
        """The statement's rows; raises what the driver raises, TimeoutError where no connection became free."""
        connection = self._ready() or await self._taken()
        try:
            rows: list[Any] = await connection.fetch(sql, *parameters)
        except (asyncio.CancelledError, TimeoutError):
            self._mend(connection)
            raise
        except asyncpg.InternalClientError:
            connection.terminate()  # the driver lost its place: nobody else gets this one
            self._give_back(connection)
            raise
        except BaseException:
            self._give_back(connection)
            raise
        self._give_back(connection)
        return rows

    async def open(self) -> None:
        """Connects once, so that a wrong address is found now."""
        self._give_back(await self._taken())

    def leave(self) -> list[Connection]:
        """Every connection, for the caller to close; nobody is handed one any more."""
        for task in self._mending:
            task.cancel()
        while (waiting := self._next_in_line()) is not None:
            waiting.set_exception(asyncpg.InterfaceError("the service stops"))
        self._free.clear()
        return list(self._all)

    def _ready(self) -> Connection | None:
        """A free connection that is still open."""
        while self._free:
            connection = self._free.pop()
            if not connection.is_closed():
                return connection
            self._drop(connection)
        return None

    async def _taken(self) -> Connection:
        if self._unmade:
            self._unmade -= 1
        elif (connection := await self._waited_for()) is not None:
            return connection
        return await self._made()

    async def _made(self) -> Connection:
        """One more; whoever comes here has been given the room for it."""
        try:
            connection = await self._connect()
        except BaseException:
            self._make_room()
            raise
        self._all.add(connection)
        return connection

    async def _waited_for(self) -> Connection | None:
        """The next connection that is given back; None where there is room to make another instead."""
        turn: asyncio.Future[Connection | None] = asyncio.get_running_loop().create_future()
        self._line.append(turn)
        try:
            async with asyncio.timeout(self._patience):
                return await turn
        except BaseException:
            self._pass_on(turn)
            raise

    def _pass_on(self, turn: "asyncio.Future[Connection | None]") -> None:
        """Who leaves the line in the moment it is served leaves what it got to the next."""
        if not turn.done() or turn.cancelled() or turn.exception():
            turn.cancel()
        elif (connection := turn.result()) is None:
            self._make_room()
        else:
            self._give_back(connection)

    def _give_back(self, connection: Connection) -> None:
        if connection.is_closed():
            self._drop(connection)
        elif (waiting := self._next_in_line()) is not None:
            waiting.set_result(connection)
        else:
            self._free.append(connection)

    def _drop(self, connection: Connection) -> None:
        self._all.discard(connection)
        self._make_room()

    def _make_room(self) -> None:
        if (waiting := self._next_in_line()) is not None:
            waiting.set_result(None)
        else:
            self._unmade += 1

    def _next_in_line(self) -> "asyncio.Future[Connection | None] | None":
        while self._line:
            if not (waiting := self._line.popleft()).done():
                return waiting
        return None

    def _mend(self, connection: Connection) -> None:
        task = asyncio.create_task(self._mended(connection), name="mending")
        self._mending.add(task)
        task.add_done_callback(self._mending.discard)

    async def _mended(self, connection: Connection) -> None:
        """The server is asked to give up what nobody waits for any more; where it does not answer, it is left."""
        try:
            async with asyncio.timeout(self._mending_seconds):
                await connection.execute("SELECT 1")
        except (Exception, asyncio.CancelledError):
            connection.terminate()
        self._give_back(connection)
