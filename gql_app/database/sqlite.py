"""SQLite: one connection that writes, several that only read, all on one file in WAL mode."""

import asyncio
import re
import sqlite3
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from functools import lru_cache
from typing import Any

import aiosqlite

from gql_app.database import Change, Dialect, Row
from gql_app.database.address import SqliteAddress
from gql_app.database.functions import FUNCTIONS
from gql_app.errors import MirrorError, Outage, Unstorable

SAFE_SQLITE = (3, 51, 3)
"""Before, two processes that write and checkpoint at the same moment could corrupt the file."""

CHECKPOINT_PAGES = 16_000
"""So much is written ahead, 64 MB, before it is moved into the file: at a sixteenth, the default, every second or third
batch of events would wait for that.
"""

CACHE_KIB = -16_000
"""How much of the file the writer holds in memory (in KiB below zero): at its default of 2,000 indexes are
read again for nearly every customer once there are many.
"""

WRITER_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "busy_timeout": 5000,
    "foreign_keys": 0,
    "wal_autocheckpoint": CHECKPOINT_PAGES,
    "cache_size": CACHE_KIB,
}
READER_PRAGMAS = {"query_only": 1, "busy_timeout": 5000, "mmap_size": 268435456}
LOCK_SECONDS = 5.0
"""How long a writer waits for another process's turn to end."""

LOOK_MS, LOOK_PAUSE = 2, 0.001
"""Milliseconds that SQLite waits for the lock by itself, and seconds until we look again. Its own waiting looks ever
more rarely, up to ten times a second: a process that writes turn after turn then keeps others out for half a second.
"""

CLOSE_SECONDS = 6.0
"""Longer than a writer waits for another process's lock."""

DATA_FAULTS = {sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH}
"""Result codes that are the data's fault; all others are the database's, or ours."""

PASSING = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_SCHEMA}
UNBOUND = "Error binding parameter"
"""How Python says, without a code, that a value is of no type that SQLite has."""


class SqliteTransaction:
    """What the writer does while it has its turn."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def fetch(self, sql: str, *parameters: Any) -> list[Row]:
        with translated():
            return list(await self._connection.execute_fetchall(numbered(sql), parameters))  # type: ignore[arg-type]

    async def execute(self, sql: str, *parameters: Any) -> None:
        with translated():
            await self._connection.execute_fetchall(numbered(sql), parameters)

    async def execute_many(self, sql: str, rows: list[Row]) -> None:
        with translated():
            cursor = await self._connection.executemany(numbered(sql), rows)
            await cursor.close()

    async def execute_bulk(self, *changes: Change) -> None:
        for bulk, rows in changes:
            if rows:
                await self.execute_many(bulk.each, rows)


class SqliteDatabase:
    """A SQLite file; a committed turn has been written to disk (`synchronous=FULL`)."""

    dialect: Dialect = "sqlite"

    def __init__(
        self, path: str, writer: aiosqlite.Connection, observer: aiosqlite.Connection, timeout_seconds: float
    ) -> None:
        self.path = path
        self._writer = writer
        self._turn = asyncio.Lock()
        self._readers: asyncio.LifoQueue[aiosqlite.Connection] = asyncio.LifoQueue()
        self._observer = observer
        self._born = uuid.uuid4().hex
        self._all: list[aiosqlite.Connection] = [writer, observer]
        self._timeout = timeout_seconds
        self.lock_seconds = LOCK_SECONDS

    @classmethod
    async def open(cls, address: SqliteAddress, readers: int, timeout_seconds: float) -> "SqliteDatabase":
        """Opens and configures every connection; pragmas are read back, so that a promise is a fact."""
        with translated():
            writer = await _connect(address.path, WRITER_PRAGMAS)
        try:
            with translated():
                await writer.execute_fetchall(f"PRAGMA busy_timeout={LOOK_MS}")
                observer = await _connect(address.path, READER_PRAGMAS)
        except BaseException:
            await writer.close()
            raise
        database = cls(address.path, writer, observer, timeout_seconds)
        try:
            for _ in range(readers):
                with translated():
                    reader = await _connect(address.path, READER_PRAGMAS)
                    database._all.append(reader)
                    await _teach(reader)
                database._readers.put_nowait(reader)
        except BaseException:
            await database.close()
            raise
        return database

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[SqliteTransaction]:
        """BEGIN IMMEDIATE takes the file's write lock at once, so a turn never fails half-way for want
        of it.
        """
        async with self._turn:
            transaction = SqliteTransaction(self._writer)
            await self._take_lock(transaction)
            try:
                yield transaction
                await transaction.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:
                    await self._writer.rollback()
                raise

    async def _take_lock(self, transaction: SqliteTransaction) -> None:
        ends = time.monotonic() + self.lock_seconds
        while True:
            try:
                return await transaction.execute("BEGIN IMMEDIATE")
            except Outage as outage:
                if not outage.is_passing or time.monotonic() > ends:
                    raise
            await asyncio.sleep(LOOK_PAUSE)

    async def read(self, sql: str, parameters: tuple[Any, ...]) -> list[Row]:
        """Rows as the readers' snapshot shows them; a statement beyond the time limit is interrupted."""
        reader = await self._readers.get()
        try:
            with translated():
                async with asyncio.timeout(self._timeout):
                    return list(await reader.execute_fetchall(numbered(sql), parameters))  # type: ignore[arg-type]
        except TimeoutError:
            await reader.interrupt()
            raise Outage(f"The question took longer than {self._timeout:g} s: ask for less at once.") from None
        except asyncio.CancelledError:
            await reader.interrupt()
            raise
        finally:
            self._readers.put_nowait(reader)

    async def state(self) -> str:
        """Counts what others committed since this connection was opened; means nothing to another process."""
        with translated():
            ((version,),) = await self._observer.execute_fetchall("PRAGMA data_version")
        return f"{self._born}.{version}"

    async def close(self) -> None:
        """Ends every connection's thread, also where it is cancelled; without this the interpreter would not exit. One
        that is busy for ever is left to whoever ends the process.
        """
        async with AsyncExitStack() as stack:
            for connection in self._all:
                stack.push_async_callback(_closed, connection)


def version() -> tuple[int, ...]:
    """The SQLite that this Python has."""
    return sqlite3.sqlite_version_info


@lru_cache(maxsize=2048)
def numbered(sql: str) -> str:
    """SQLite's spelling of numbered parameters."""
    return re.sub(r"\$(\d+)", r"?\1", sql)


async def _connect(path: str, pragmas: dict[str, Any]) -> aiosqlite.Connection:
    connection = await aiosqlite.connect(path, isolation_level=None, cached_statements=512)
    try:
        for name, value in pragmas.items():
            await connection.execute_fetchall(f"PRAGMA {name}={value}")
            ((found,),) = await connection.execute_fetchall(f"PRAGMA {name}")
            if found != value and name != "mmap_size":
                raise Outage(f"SQLite did not accept {name}={value} on {path}: it says {found}.")
    except BaseException:
        await connection.close()
        raise
    return connection


async def _closed(connection: aiosqlite.Connection) -> None:
    """Its thread is told at once, so that it ends also where nobody waits for that any more."""
    ended = connection.stop()
    if ended is not None:
        await asyncio.wait([ended], timeout=CLOSE_SECONDS)


async def _teach(reader: aiosqlite.Connection) -> None:
    """What questions say of text and JSON that SQLite has no words for."""
    for name, arguments, function in FUNCTIONS:
        await reader.create_function(name, arguments, function, deterministic=True)


@contextmanager
def translated() -> Iterator[None]:
    """SQLite's errors in our words: what the data is to blame for, and what another try may mend."""
    try:
        yield
    except MirrorError:
        raise
    except OverflowError as error:
        raise Unstorable("an integer beyond 64 bits") from error
    except UnicodeError as error:
        raise Unstorable("SQLite: a text that is not Unicode") from error
    except MemoryError as error:
        raise Outage("SQLite: out of memory") from error
    except (sqlite3.Error, ValueError) as error:
        raise _told(error) from error


def _told(error: Exception) -> MirrorError:
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    message, code = f"SQLite: {name}: {error}", primary_code(error)
    if code in DATA_FAULTS or (code is None and str(error).startswith(UNBOUND)):
        return Unstorable(message)
    return Outage(message, is_passing=code in PASSING)


def primary_code(error: Exception) -> int | None:
    """SQLite's result code without what the upper bits add to it; None where the error is Python's own."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF
