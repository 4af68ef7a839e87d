"""What a server does to stay true while it serves: refreshing who was told of in part, comparing now and then."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from gql_app.errors import MirrorError
from gql_app.sync.reconcile import Reconcile
from gql_app.sync.refresh import Refresh
from gql_app.sync.shelf import MirrorAndJournal
from gql_app.voucherify.rest.access import Access
from gql_app.voucherify.rest.budget import Budget
from gql_app.voucherify.rest.client import Voucherify, asking

LOOK_EVERY = 60.0
"""Seconds between two looks whether it is time to compare."""

HOUR = 3600.0

log = logging.getLogger(__name__)

IsOurs = Callable[[], Awaitable[bool]]
"""Whether we, and not another process, are to do it."""


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Who is asked, where answers are kept, and what time it is (microseconds since 1970)."""

    access: Access
    budget: Budget
    shelf: MirrorAndJournal
    clock: Callable[[], int]

    async def refresh(self, after_seconds: float, is_ours: IsOurs) -> None:
        """Until cancelled; what fails is tried again the next time."""
        async with asking(self.access, self.budget) as voucherify:
            work = Refresh(voucherify, self.shelf, after_seconds)
            while True:
                await self._quietly("refresh", is_ours, lambda: self._refresh(work))
                await asyncio.sleep(max(1.0, after_seconds))

    async def reconcile(self, every_hours: float, is_ours: IsOurs) -> None:
        """Until cancelled: whoever changed each time, everybody once a day."""
        async with asking(self.access, self.budget) as voucherify:
            while True:
                went_well = await self._quietly(
                    "reconcile", is_ours, lambda: self._reconcile(voucherify, every_hours, is_ours)
                )
                # Comparing takes many calls: what failed is not tried again at once.
                await asyncio.sleep(LOOK_EVERY if went_well else min(HOUR, every_hours * HOUR))

    async def _refresh(self, work: Refresh) -> None:
        report = await work.round(self.clock())
        if report.compared:
            log.info("customers_refreshed", extra={"customers": report.compared, "differed": report.corrected})

    async def _reconcile(self, voucherify: Voucherify, every_hours: float, is_ours: IsOurs) -> None:
        work, now = Reconcile(voucherify, self.shelf), self.clock()
        if not await work.is_due(now, every_hours * HOUR):
            return
        async for _ in work.run(await work.is_due_in_full(now)):
            if not await is_ours():
                return
        found = {name: getattr(work.report, name) for name in ("compared", "corrected", "deleted", "is_full")}
        log.info("reconciled", extra=found | {"missing": work.report.created})

    async def _quietly(self, what: str, is_ours: IsOurs, work: Callable[[], Awaitable[None]]) -> bool:
        """Whether it went well."""
        try:
            if await is_ours():
                await work()
            return True
        except MirrorError as error:
            log.warning(f"{what}_failed", extra={"error": type(error).__name__, "reason": str(error)})
        except Exception:  # a bug here must not end what the next round may do
            log.exception(f"{what}_failed")
        return False
