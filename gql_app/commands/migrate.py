"""`gql-app migrate`."""

import asyncio

from gql_app.database import SqliteAddress, read_address
from gql_app.database.migrate import migrate
from gql_app.settings import Settings


def migrate_database(settings: Settings) -> None:
    """Brings the tables to this version and says where."""
    url = settings.database_url.get_secret_value()
    asyncio.run(migrate(url))
    print(f"{place(url)}: tables are up to date")


def place(url: str) -> str:
    """The database, in words without its password."""
    address = read_address(url)
    if isinstance(address, SqliteAddress):
        return f"SQLite {address.path}"
    return f"PostgreSQL {address.host or 'local socket'}:{address.port}/{address.database or ''}"
