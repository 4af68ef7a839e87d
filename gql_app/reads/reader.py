"""Runs statements: the only way by which clients' questions reach the database."""

from gql_app.database import Database
from gql_app.errors import BadArgument
from gql_app.reads.faults import vouched
from gql_app.reads.sql import Statement
from gql_app.reads.values import Variables


class Reader:
    """One statement, one answer."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.dialect = database.dialect

    async def state(self) -> str:
        """A word for everything that is stored; another one as soon as anything was committed."""
        return await self._database.state()

    async def value(self, statement: Statement, variables: Variables) -> bytes:
        """The JSON of a root field."""
        rows = await self._database.read(statement.sql, statement.bind(variables))
        found = rows[0][0]
        if found is None:
            raise BadArgument("Several customers have this e-mail address: ask by id or sourceId.")
        return vouched(found)

    async def rows(self, statement: Statement, variables: Variables, *first: object) -> list[bytes]:
        """The JSON of each row; `first` are the parameters of the statement's own condition."""
        parameters = (*first, *statement.bind(variables)[len(first) :])
        return [vouched(row[0]) for row in await self._database.read(statement.sql, parameters)]
