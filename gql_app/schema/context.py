"""What resolvers of root fields reach the database by, where the engine executes a request."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import msgspec

from gql_app.observe.meters import Meters
from gql_app.schema.asked import Asked
from gql_app.schema.planner import Planner
from gql_app.schema.sources import Sources

Charging = Callable[[int], Awaitable[None]]


@dataclass(slots=True)
class Context:
    """For one request; and what its viewer was refused."""

    planner: Planner
    sources: Sources
    asked: Asked
    meters: Meters
    charge: Charging | None
    """Where the operation could not be charged as a whole, takes what one field costs."""

    refused: list[dict[str, Any]] = field(default_factory=list)
    is_nothing: bool = False

    async def fetch(self, info: Any) -> msgspec.Raw:
        """The JSON of the root field that the engine is executing."""
        source, errors = self.planner.single(info, self.asked)
        self.refused += errors
        if self.charge is not None:
            await self.charge(self.planner.cost_of_field(info, self.asked))
        if source is None:
            self.is_nothing = True
            return msgspec.Raw(b"null")
        began = perf_counter()
        try:
            return msgspec.Raw(await self.sources.value(source, self.asked))
        finally:
            self.meters.answered(info.field_name, perf_counter() - began)

    def hides(self, key: str, name: str) -> bool:
        """Whether the viewer may not see the schema, of which this root field tells."""
        found = self.planner.seen_of_schema(self.asked, key, name)
        self.refused += found.errors
        self.is_nothing = self.is_nothing or found.fields is None
        return bool(found.errors)
