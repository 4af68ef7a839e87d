"""Databases of our own, made for one run and dropped after it."""

import asyncio
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg

from gql_app.database.address import PostgresAddress, read_address
from gql_app.database.migrate import migrate

LOOPBACK = ("127.0.0.1", "::1", "localhost")


@contextmanager
def postgres_database(server: str) -> Iterator[str]:
    """A migrated database on this server, which must be on this machine."""
    name = f"customer_graph_bench_{uuid.uuid4().hex[:8]}"
    address = loopback(server)
    asyncio.run(on_server(address, f'CREATE DATABASE "{name}"'))
    try:
        url = _named(server, name)
        asyncio.run(migrate(url))
        yield url
    finally:
        asyncio.run(on_server(address, f'DROP DATABASE "{name}" WITH (FORCE)'))


@contextmanager
def sqlite_database(folder: Path | None) -> Iterator[str]:
    """A migrated file in a folder of its own beneath `folder`."""
    with TemporaryDirectory(prefix="customer-graph-bench-", dir=folder) as own:
        url = f"sqlite:///{own}/mirror.db"
        asyncio.run(migrate(url))
        yield url


def loopback(server: str) -> PostgresAddress:
    """The server's address; ends the program where it is on another machine."""
    address = read_address(server)
    if not isinstance(address, PostgresAddress) or address.host not in LOOPBACK:
        raise SystemExit(f"bench: give a PostgreSQL server on loopback ({', '.join(LOOPBACK)}).")
    return address


async def on_server(address: PostgresAddress, statement: str) -> None:
    """Runs one statement outside any transaction."""
    connection = await asyncpg.connect(**address.options())
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _named(server: str, database: str) -> str:
    address, _, query = server.partition("?")
    return f"{address.rsplit('/', 1)[0]}/{database}" + (f"?{query}" if query else "")
