"""Bringing a database's tables to this version, with Tortoise's own migrations."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
from tortoise import Tortoise
from tortoise.exceptions import OperationalError
from tortoise.migrations.api.migrate import migrate as run_migrations

import models.migrations
from gql_app.database import Database, read_address
from gql_app.database.address import PostgresAddress, SqliteAddress
from gql_app.database.postgres import translated as postgres_translated
from gql_app.database.soundness import refuse_damaged
from gql_app.errors import Outage, OutOfDate, Unstorable
from models.config import APP

MIGRATION_LOCK = 0x6371_6170
BEGIN_JOURNAL = """
INSERT INTO mirror_state (id, epoch, position, oldest_position, events_received, duplicates, quarantined)
VALUES (1, '{epoch}', 0, 0, 0, 0, 0) ON CONFLICT (id) DO NOTHING
"""
APPLIED = "SELECT name FROM tortoise_migrations WHERE app = 'mirror'"


async def migrate(url: str) -> None:
    """Creates or alters tables; safe to run twice, and by several processes at once on PostgreSQL."""
    address = read_address(url)
    if isinstance(address, SqliteAddress):
        await asyncio.to_thread(refuse_damaged, address.path)
    async with _alone(address):
        try:
            await run_migrations(config=config_of(address))
            epoch = uuid.uuid4().hex[:12]
            await Tortoise.get_connection("default").execute_script(BEGIN_JOURNAL.format(epoch=epoch))
        except OperationalError as error:
            raise Outage(f"The tables cannot be brought up to date: {error}. Nothing else was changed.") from error
        finally:
            await Tortoise.close_connections()


async def check_tables(database: Database) -> None:
    """Raises OutOfDate where a migration of this version has not been applied."""
    try:
        applied = {row[0] for row in await database.read(APPLIED, ())}
    except (Outage, Unstorable) as error:
        if "tortoise_migrations" in str(error):
            raise OutOfDate() from None
        raise
    if missing := sorted(set(shipped()) - applied):
        raise OutOfDate(f"The database lacks {', '.join(missing)}: run `gql-app migrate`.")


def shipped() -> list[str]:
    """The names of this version's migrations."""
    folder = Path(next(iter(models.migrations.__path__)))
    return sorted(file.stem for file in folder.glob("[0-9]*.py"))


@asynccontextmanager
async def _alone(address: SqliteAddress | PostgresAddress) -> AsyncIterator[None]:
    """Tortoise takes no lock of its own while it migrates."""
    if isinstance(address, SqliteAddress):
        yield
        return
    with postgres_translated():
        connection = await asyncpg.connect(**address.options())
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", MIGRATION_LOCK)
        yield
    finally:
        await connection.close()


def config_of(address: SqliteAddress | PostgresAddress) -> dict[str, Any]:
    """What Tortoise needs to know to migrate it."""
    connection: dict[str, Any]
    if isinstance(address, SqliteAddress):
        # With foreign_keys=ON a rebuilt table would take its children's rows along.
        credentials: dict[str, Any] = {"file_path": address.path, "foreign_keys": "OFF"}
        connection = {"engine": "tortoise.backends.sqlite", "credentials": credentials}
    else:
        connection = {"engine": "tortoise.backends.asyncpg", "credentials": address.options()}
    return {"connections": {"default": connection}, "apps": {"mirror": APP}}
