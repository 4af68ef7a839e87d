"""Where the JSON of root fields comes from."""

from dataclasses import dataclass

from gql_app.reads.plan import Selected
from gql_app.reads.reader import Reader
from gql_app.reads.values import Variables
from gql_app.schema.planner import Source
from gql_app.schema.pull import Pull


@dataclass(frozen=True, slots=True)
class Sources:
    """The database's tables, and its journal."""

    reader: Reader
    pull: Pull

    async def value(self, source: Source, variables: Variables) -> bytes:
        """The JSON of a root field."""
        if isinstance(source, bytes):
            return source
        if isinstance(source, Selected):
            return await self.pull.answer(source, variables)
        return await self.reader.value(source, variables)
