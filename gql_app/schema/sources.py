"""Where the JSON of root fields comes from."""

from dataclasses import dataclass

from gql_app.reads.plan import Selected
from gql_app.reads.reader import Reader
from gql_app.schema.asked import Asked
from gql_app.schema.planner import Source
from gql_app.schema.pull import Pull
from gql_app.schema.viewer import Stated


@dataclass(frozen=True, slots=True)
class Sources:
    """The database's tables, and its journal."""

    reader: Reader
    pull: Pull

    async def value(self, source: Source, asked: Asked) -> bytes:
        """The JSON of a root field."""
        if isinstance(source, bytes):
            return source
        if isinstance(source, Stated):
            return source.value(asked.viewer)
        if isinstance(source, Selected):
            return await self.pull.answer(source, asked.variables)
        return await self.reader.value(source, asked.variables)
