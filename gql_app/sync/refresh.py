"""After an order, a tier, points: the customer is fetched in full, once what follows from it has been added up."""

from collections.abc import Sequence
from dataclasses import dataclass

from gql_app.sync.reconcile import Reconcile
from gql_app.sync.report import Report
from gql_app.sync.shelf import MirrorAndJournal
from gql_app.voucherify.rest.client import Voucherify

MARK = "sync.refresh"
ROWS = 100
"""Of the journal, at once: whoever is in them several times is asked for once."""

SECOND = 1_000_000


@dataclass(slots=True)
class Refresh:
    """Goes along the journal; where it stands is kept, so that nobody is forgotten by a restart."""

    voucherify: Voucherify
    shelf: MirrorAndJournal
    after_seconds: float

    async def round(self, now: int) -> Report:
        """Fetches everybody who is due; `now` is microseconds since 1970."""
        work = Reconcile(self.voucherify, self.shelf)
        said = await self.shelf.mark(MARK)
        stands = int(said) if said else await self._begin()
        # A server's clock says whole seconds.
        until = now - int((self.after_seconds + 1) * SECOND)
        while True:
            reached, due = await self.shelf.told_in_part(stands, until, ROWS)
            if reached == stands:
                return work.report
            await self._fetch(work, due)
            await self.shelf.take([], now, (MARK, str(reached)))
            stands = reached

    async def _begin(self) -> int:
        """Whoever was told of before has to be loaded by a sync."""
        position = await self.shelf.position()
        await self.shelf.take([], 0, (MARK, str(position)))
        return position

    async def _fetch(self, work: Reconcile, due: Sequence[str]) -> None:
        """Who is not there any more is left to who counts everybody."""
        for customer_id in due:
            await work.look_at(customer_id)
