"""PostgreSQL: one connection that writes, a pool that only reads."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from itertools import chain
from typing import Any

import asyncpg

from gql_app.database import Change, Dialect, Row, sessions
from gql_app.database.address import PostgresAddress
from gql_app.database.bulk import together
from gql_app.database.joined import joined
from gql_app.database.readers import MENDING_SECONDS, Readers
from gql_app.errors import MirrorError, Outage, Unanswered, Unstorable

LONGEST_COMMAND = 30
"""Seconds; a server that is silent for longer is taken to be gone."""

CONNECT_SECONDS = 10.0
CLOSE_SECONDS = 1.0
GRACE = 2.0
"""Seconds beyond a statement's own time limit after which a server that says nothing is taken to be gone."""

TAKE_TURN = "SELECT position FROM mirror_state WHERE id = 1 FOR UPDATE"
SNAPSHOT = "SELECT pg_current_snapshot()::text"
DATA_FAULTS = ("22", "23", "54")
"""SQLSTATE classes that are the data's fault: data exception, constraint violation, limit exceeded."""

PASSING = ("08", "40", "57P", "53300", "55P03")
"""What is over in a moment: connections lost, transactions given up, a server that restarts, locks."""

LOST = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
"""What a connection that is lost raises; the driver is confused by one that has said goodbye and not ended yet."""


class PostgresTransaction:
    """What the writer does while it has its turn."""

    def __init__(self, connection: "asyncpg.Connection[Any]") -> None:
        self._connection = connection

    async def fetch(self, sql: str, *parameters: Any) -> list[Row]:
        with translated():
            return [tuple(row) for row in await self._connection.fetch(sql, *parameters)]

    async def execute(self, sql: str, *parameters: Any) -> None:
        with translated():
            await self._connection.execute(sql, *parameters)

    async def execute_many(self, sql: str, rows: list[Row]) -> None:
        with translated():
            await self._connection.executemany(sql, rows)

    async def execute_bulk(self, *changes: Change) -> None:
        if said := [(bulk.arrays, zip(*rows, strict=True)) for bulk, rows in changes if rows]:
            statements, columns = zip(*said, strict=True)
            sql, parameters = joined(together(statements), list(chain.from_iterable(columns)))
            with translated():
                await self._connection.execute(sql, *parameters)


class PostgresDatabase:
    """A PostgreSQL database; a committed turn is durable (`synchronous_commit=on`)."""

    dialect: Dialect = "postgres"

    def __init__(self, address: PostgresAddress, readers: int, timeout_seconds: float) -> None:
        self._address = address
        mending = min(MENDING_SECONDS, timeout_seconds / 2)
        self._readers = Readers(self._opened_reader, readers, timeout_seconds, mending)
        self._timeout = timeout_seconds
        self._connection: asyncpg.Connection[Any] | None = None
        self._turn = asyncio.Lock()

    @classmethod
    async def open(cls, address: PostgresAddress, readers: int, timeout_seconds: float) -> "PostgresDatabase":
        """Connects once, so that a wrong address is found now."""
        database = cls(address, readers, timeout_seconds)
        with translated():
            await database._readers.open()
        return database

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[PostgresTransaction]:
        """Whoever holds the journal's row writes; positions therefore become visible in order."""
        async with self._turn:
            connection = await self._writer()
            transaction = PostgresTransaction(connection)
            try:
                await transaction.execute("BEGIN")
                await transaction.fetch(TAKE_TURN)
                yield transaction
                await transaction.execute("COMMIT")
            except BaseException:
                await self._roll_back(connection)
                raise

    async def read(self, sql: str, parameters: tuple[Any, ...]) -> list[Row]:
        """Rows as one statement sees them; beyond the time limit the server ends the statement, and a server that does
        not even do that loses the connection. Where one was lost, another is asked once.
        """
        try:
            return await self._read(sql, parameters)
        except Outage as outage:
            if not outage.is_passing:
                raise
        return await self._read(sql, parameters)

    async def state(self) -> str:
        """Which transactions a statement would see now."""
        return str((await self.read(SNAPSHOT, ()))[0][0])

    async def close(self) -> None:
        """Every connection."""
        opened = [*self._readers.leave(), *([self._connection] if self._connection else [])]
        await asyncio.gather(*map(_closed, opened))

    async def _read(self, sql: str, parameters: tuple[Any, ...]) -> list[Row]:
        with translated():
            return [tuple(row) for row in await self._readers.fetch(sql, parameters)]

    async def _opened_reader(self) -> "asyncpg.Connection[Any]":
        settings = sessions.reader(self._timeout)
        connection: asyncpg.Connection[Any] = await asyncpg.connect(
            **self._address.options(),
            server_settings=settings,
            statement_cache_size=1024,
            timeout=min(self._timeout, CONNECT_SECONDS),
            command_timeout=self._timeout + GRACE,
        )
        try:
            await _read_json_as_bytes(connection)
            await sessions.check(connection, settings)
        except BaseException:
            connection.terminate()
            raise
        return connection

    async def _writer(self) -> "asyncpg.Connection[Any]":
        if self._connection is None or self._connection.is_closed():
            with translated():
                self._connection = await self._opened_writer()
        return self._connection

    async def _opened_writer(self) -> "asyncpg.Connection[Any]":
        connection = await asyncpg.connect(
            **self._address.options(),
            server_settings=sessions.WRITER,
            statement_cache_size=256,
            max_cacheable_statement_size=0,  # no limit: what a batch writes in one go is longer than the driver's own
            timeout=self._timeout,
            command_timeout=LONGEST_COMMAND,
        )
        try:
            await sessions.check(connection, sessions.WRITER)
        except BaseException:
            connection.terminate()
            raise
        return connection

    async def _roll_back(self, connection: "asyncpg.Connection[Any]") -> None:
        try:
            if not connection.is_closed():
                await connection.execute("ROLLBACK", timeout=5)
        except (*LOST, TimeoutError):
            connection.terminate()


async def _closed(opened: Any) -> None:
    """Politely, where the server still listens."""
    try:
        await asyncio.wait_for(opened.close(), CLOSE_SECONDS)
    except (*LOST, TimeoutError):
        opened.terminate()


async def _read_json_as_bytes(connection: "asyncpg.Connection[Any]") -> None:
    await connection.set_type_codec("json", schema="pg_catalog", encoder=bytes, decoder=bytes, format="binary")


@contextmanager
def translated() -> Iterator[None]:
    """PostgreSQL's errors in our words: what the data is to blame for, and what another try may mend."""
    try:
        yield
    except MirrorError:
        raise
    except TimeoutError as error:
        raise Unanswered("PostgreSQL did not answer in time: try again in a moment.") from error
    except asyncpg.PostgresError as error:
        raise _named(error) from error
    except LOST as error:
        raise Outage(f"PostgreSQL cannot be reached: {error}", is_passing=True) from error


def _named(error: asyncpg.PostgresError) -> MirrorError:
    """Where the data is to blame the message may quote it, so it is not passed on."""
    code = str(getattr(error, "sqlstate", None) or "")
    if code[:2] not in DATA_FAULTS:
        return Outage(f"PostgreSQL: {code} {error}", is_passing=code.startswith(PASSING))
    column = getattr(error, "column_name", None)
    return Unstorable(f"PostgreSQL: {code} {type(error).__name__}" + (f": {column}" if column else ""))
