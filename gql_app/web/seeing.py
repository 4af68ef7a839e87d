"""Everything that tells the keeper how the service is, put together."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from gql_app.database import Database
from gql_app.observe.meters import Meters
from gql_app.web.figures import Figures, told
from gql_app.web.readiness import Check, Readiness
from gql_app.web.siblings import Seat, Siblings
from gql_app.web.witness import Witness


@dataclass(frozen=True, slots=True)
class Seen:
    """Whether it is ready, what it measured, and who watches it."""

    ready: Readiness
    figures: Figures
    witness: Witness

    @property
    def meters(self) -> Meters:
        """What is measured while it happens."""
        return self.witness.meters


@asynccontextmanager
async def seeing(seat: Seat, database: Database, parts: Mapping[str, Check], witness: Witness) -> AsyncIterator[Seen]:
    """For as long as the context lasts, siblings are answered as well."""
    registry, ready = witness.meters.registry, Readiness(parts)
    siblings = Siblings(seat, lambda: told(registry))
    async with siblings.listening():
        try:
            yield Seen(ready, Figures(registry, database, siblings), witness)
        finally:
            await ready.stop()
