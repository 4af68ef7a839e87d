"""The customers for whom a filter holds, as the first items of a stream of changes."""

from bisect import bisect_left
from collections.abc import AsyncGenerator

from gql_app.live.position import Place, Whereabouts
from gql_app.live.recent import Result
from gql_app.reads.plan import Selected
from gql_app.schema.answers import continued
from gql_app.schema.feed_filter import criterion_of
from gql_app.schema.feed_reading import PLACE, FeedReader, parted
from gql_app.schema.feed_rows import snapshot
from gql_app.schema.question import Question

BETWEEN = "SELECT position, customer_id FROM journal WHERE position > $1 AND position <= $2"


class Snapshot:
    """Read page by page while changes go on; `told` says afterwards which of them the pages already showed."""

    def __init__(self, feeds: FeedReader, question: Question, now: Whereabouts, place: Place) -> None:
        self._feeds = feeds
        self._question = question
        self._now = now
        self._place = place
        self._ends: list[tuple[str, int]] = []
        self.count = 0

    async def items(self) -> AsyncGenerator[Result, None]:
        """One item for each customer, by id; the cursor of each goes on within the snapshot."""
        selected: Selected = self._question.selected
        rows = snapshot(criterion_of(selected))
        statement = self._feeds.statement(selected, rows, PLACE)
        last = self._place.told or ""
        while True:
            begins = last, str(self._place.position)
            page = await self._feeds.reader.rows(statement, self._question.variables, *begins)
            if not page:
                return
            for row in page:
                place, body = parted(row)
                last, read_at = _read(place)
                cursor = self._now.cursor(self._place.position, last)
                yield continued((self._question.field, body), cursor, self._question.errors)
            self.count += len(page)
            self._ends.append((last, read_at))

    async def told(self) -> frozenset[int]:
        """The positions of changes that a page was read after."""
        if not self._ends:
            return frozenset()
        stretch = self._place.position, max(read_at for _, read_at in self._ends)
        rows = await self._feeds.database.read(BETWEEN, stretch)
        return frozenset(position for position, customer in rows if position <= self._read_at(customer))

    def _read_at(self, customer: str) -> int:
        """The position at which the page was read that this customer is in, or would be."""
        page = bisect_left(self._ends, (customer, 0))
        return self._ends[page][1] if page < len(self._ends) else 0


def _read(place: bytes) -> tuple[str, int]:
    identity, _, read_at = place.strip(b'"').decode().partition(".")
    return bytes.fromhex(identity).decode(), int(read_at)
