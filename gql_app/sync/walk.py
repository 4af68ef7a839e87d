"""Walking through all customers along a time of theirs, a page at a time, without losing whoever shares an instant."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import msgspec

from gql_app.errors import VoucherifyUnreachable
from gql_app.sync.fetched import Fetched, fetched
from gql_app.voucherify.rest.client import Voucherify
from gql_app.voucherify.rest.lists import Listed, listed
from gql_app.voucherify.values import moment_at

MILLISECOND = 1000
LAST_PAGE = 99
"""Beyond it Voucherify pages no further."""


class Place(msgspec.Struct, frozen=True):
    """Where a walk stands: what follows `cursor` (milliseconds since 1970) is asked for next, `edge` are those from
    there on that were received already, `page` counts the pages of an instant that holds more than one.
    """

    cursor: int = 0
    edge: dict[str, int] = {}
    page: int = 0
    received: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """Whom one page brought, and where the walk stands once they are kept."""

    news: list[Fetched]
    place: Place
    total: int | None
    read_at: int
    is_last: bool


@dataclass(frozen=True, slots=True)
class Walk:
    """Along `created_at` or `updated_at`, upwards.

    Whether Voucherify's cursor includes its own instant is not documented. So each page begins a millisecond before
    the last one ended, and who is met twice is known by the id.
    """

    voucherify: Voucherify
    axis: str

    async def steps(self, place: Place) -> AsyncIterator[Step]:
        """Every page from there on, until nothing follows."""
        while True:
            is_instant = place.page > 0
            page = await (self._instant(place) if is_instant else self._after(place))
            found = [fetched(raw, page.read_at) for raw in page.rows]
            news = [one for one in found if one.id not in place.edge]
            place = _through(place, page) if is_instant else self._beyond(place, page, found)
            place = msgspec.structs.replace(place, received=place.received + len(news))
            is_last = page.is_last and not is_instant
            yield Step(news, place, page.total, page.read_at, is_last)
            if is_last:
                return

    async def _after(self, place: Place) -> Listed:
        cursor = moment_at(place.cursor * MILLISECOND)
        return await listed(self.voucherify, "customers", order=self.axis, starting_after=cursor)

    async def _instant(self, place: Place) -> Listed:
        """One page of those of the instant, however many share it."""
        begins, ends = max(0, place.cursor - 1) * MILLISECOND, (place.cursor + 2) * MILLISECOND
        between = {f"{self.axis}[after]": moment_at(begins), f"{self.axis}[before]": moment_at(ends)}
        return await listed(self.voucherify, "customers", order=self.axis, page=place.page, **between)

    def _beyond(self, place: Place, page: Listed, found: list[Fetched]) -> Place:
        """On to a millisecond before the page's end; where that is no way on, through the instant itself."""
        told = {one.id: getattr(one, self.axis) for one in found}
        times = {one: at // MILLISECOND for one, at in told.items() if at is not None}
        if not times and not page.is_last:
            raise VoucherifyUnreachable(f"Voucherify lists customers without {self.axis}, so there is no way on.")
        cursor = max([place.cursor, *(at - 1 for at in times.values())])
        edge = {one: at for one, at in (place.edge | times).items() if at >= cursor}
        is_stuck = cursor == place.cursor and not page.is_last
        return Place(cursor, edge, int(is_stuck), place.received)


def _through(place: Place, page: Listed) -> Place:
    if page.is_last or place.page == LAST_PAGE:
        return Place(place.cursor + 1, {}, 0, place.received)
    return Place(place.cursor, place.edge, place.page + 1, place.received)
