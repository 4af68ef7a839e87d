"""The pull twin of the stream of changes: the same items and cursors, a page at a time."""

from dataclasses import dataclass, replace
from typing import Any

import msgspec

from gql_app.errors import BadArgument, BadCursor
from gql_app.live.position import Gap, Whereabouts, place_after
from gql_app.live.stream import STEP
from gql_app.reads.declare import Hidden
from gql_app.reads.fence import Reach
from gql_app.reads.plan import Selected
from gql_app.reads.values import Variables, getter
from gql_app.schema.feed_filter import Seen
from gql_app.schema.feed_items import gap_values, said, selected_of
from gql_app.schema.feed_reading import FeedReader
from gql_app.schema.sights import seen_by

STRETCHES = 50
"""Read for one page at most: a filter that lets nothing through must not read the whole journal at once."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a page holds, and where the next one begins."""

    seen: list[Seen]
    reached: int
    now: Whereabouts
    reach: Reach | None
    gap: dict[str, Any] | None = None


class Pull:
    """Answers `Query.customerChanges`."""

    def __init__(self, feeds: FeedReader, max_page: int) -> None:
        self._feeds = feeds
        self._max_page = max_page

    async def answer(self, selected: Selected, variables: Variables) -> bytes:
        """The JSON of the field; raises BadArgument or BadCursor."""
        page = await self._page(selected, variables)
        members = [await self._member(part, page, variables) for part in selected.beneath[0].fields]
        return b"{" + b",".join(members) + b"}"

    async def _page(self, selected: Selected, variables: Variables) -> Page:
        now = seen_by(await self._feeds.now(), variables)
        cursor = getter(selected.arguments.get("after"))(variables)
        place = now.position if cursor is None else _place(cursor, now)
        if isinstance(place, Gap):
            return Page([], now.position, now, selected.reach, gap_values(cursor, place, now))
        return await self._read(selected, variables, now, place)

    async def _read(self, selected: Selected, variables: Variables, now: Whereabouts, place: int) -> Page:
        feed_filter, wanted = self._feeds.filter(selected, variables), self._size(selected)
        found: list[Seen] = []
        for _ in range(STRETCHES):
            if place == now.position or len(found) >= wanted:
                break
            upto = min(place + STEP, now.position)
            found += await feed_filter.seen(now, place, upto)
            place = upto
        if len(found) > wanted:
            found = found[:wanted]
            place = found[-1][0] if found else place
        return Page(found, place, now, selected.reach)

    def _size(self, selected: Selected) -> int:
        first: int = selected.arguments["first"]
        if not 0 < first <= self._max_page:
            raise BadArgument(
                f"{selected.key}: first is {first}, but must be 1 to {self._max_page} (GQL_APP_MAX_PAGE_SIZE)."
            )
        return first

    async def _member(self, part: Selected, page: Page, variables: Variables) -> bytes:
        if part.name == "items":
            value = await self._items(part, page, variables)
        else:
            values = {
                "__typename": "CustomerChangePage",
                "next_cursor": page.now.cursor(page.reached),
                "up_to_date": page.reached == page.now.position,
            }
            value = b"null" if isinstance(part.kind, Hidden) else msgspec.json.encode(values[part.name])
        return b'"' + part.key.encode() + b'":' + value

    async def _items(self, part: Selected, page: Page, variables: Variables) -> bytes:
        if page.gap is not None:
            return b"[" + said(selected_of(part, "FeedGap"), page.gap) + b"]"
        rows = await self._feeds.bodies(replace(part, reach=page.reach), variables)(page.seen)
        return b"[" + b",".join(body for _, body in rows) + b"]"


def _place(cursor: str, now: Whereabouts) -> int | Gap:
    place = place_after(cursor, now)
    if isinstance(place, Gap):
        return place
    if place.told is not None:
        raise BadCursor("after: this cursor stands within a snapshot: go on from it with the subscription.")
    return place.position
