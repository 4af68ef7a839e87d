"""What fetching asks of the mirror, and where it puts what it fetched."""

from collections.abc import Sequence

from gql_app.mirror import census
from gql_app.mirror.arrival import receive
from gql_app.mirror.census import Differing
from gql_app.mirror.intake import Intake
from gql_app.voucherify.values import moment_at


class Shelf(Intake):
    """An intake that can also be looked into."""

    async def differing(self, bodies: Sequence[bytes]) -> list[Differing]:
        """What telling each would change, for each of them."""
        return await census.rehearsed(self.database, [receive(body, self.clock()) for body in bodies])

    async def unverified(self, since: int, after: str, limit: int) -> list[str]:
        """Customers who are shown, follow `after` by id, and were not seen at Voucherify since then."""
        return await census.unverified(self.database, moment_at(since), after, limit)

    async def known(self) -> int:
        """How many customers are shown who are not deleted."""
        return await census.known(self.database)

    async def position(self) -> int:
        """How far the journal has come."""
        return await census.position(self.database)

    async def told_in_part(self, after: int, until: int, limit: int) -> tuple[int, list[str]]:
        """How far the journal was read, and of whom it tells there by something other than themselves."""
        return await census.told_in_part(self.database, after, moment_at(until), limit)

    async def orders_changed(self, ids: Sequence[str]) -> dict[str, str | None]:
        """When those of these orders that are known changed last."""
        return await census.orders_changed(self.database, list(ids))

    async def orders_known(self) -> int:
        """How many orders are shown."""
        return await census.orders_known(self.database)
