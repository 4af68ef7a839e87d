"""Where connections come from: one writer that takes turns, several readers that never wait for it."""

from contextlib import AbstractAsyncContextManager
from typing import Any, Literal, Protocol

from gql_app.database.address import PostgresAddress, SqliteAddress, read_address
from gql_app.database.bulk import Bulk, Change

Dialect = Literal["sqlite", "postgres"]
Row = tuple[Any, ...]


class Transaction(Protocol):
    """A transaction that has its turn: nobody else writes until it ends. Parameters are `$1`, `$2`, ..."""

    async def fetch(self, sql: str, *parameters: Any) -> list[Row]: ...

    async def execute(self, sql: str, *parameters: Any) -> None: ...

    async def execute_many(self, sql: str, rows: list[Row]) -> None: ...

    async def execute_bulk(self, *changes: Change) -> None: ...


class Database(Protocol):
    """Raises Outage where another try may help and Unstorable where none will.

    `state` is a word for everything that is committed: where it is the same twice, nothing changed in between.
    """

    dialect: Dialect

    def turn(self) -> AbstractAsyncContextManager[Transaction]: ...

    async def read(self, sql: str, parameters: tuple[Any, ...]) -> list[Row]: ...

    async def state(self) -> str: ...

    async def close(self) -> None: ...


async def open_database(url: str, readers: int = 5, timeout_seconds: float = 10) -> Database:
    """The database at `url`, connected; its tables are not looked at."""
    address = read_address(url)
    if isinstance(address, SqliteAddress):
        from gql_app.database.sqlite import SqliteDatabase

        return await SqliteDatabase.open(address, readers, timeout_seconds)
    from gql_app.database.postgres import PostgresDatabase

    return await PostgresDatabase.open(address, readers, timeout_seconds)


def among(dialect: Dialect, column: str) -> str:
    """A condition that `column` is one of the texts in the first parameter (see `as_list`)."""
    if dialect == "postgres":
        return f"{column} = ANY($1::text[])"
    return f"{column} IN (SELECT value FROM json_each($1))"


def as_list(dialect: Dialect, values: list[str]) -> Any:
    """A list of texts as the one parameter that `among` takes."""
    import json

    return values if dialect == "postgres" else json.dumps(values)


__all__ = [
    "Bulk",
    "Change",
    "Database",
    "Dialect",
    "PostgresAddress",
    "Row",
    "SqliteAddress",
    "Transaction",
    "among",
    "as_list",
    "open_database",
    "read_address",
]
