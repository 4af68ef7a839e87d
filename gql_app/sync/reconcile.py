"""Comparing the mirror with Voucherify itself, and telling what differs.

Everybody (or whoever changed since the last time) is fetched and compared. Who is shown but was not met on a walk
past everybody is asked for by name: only who is not there then either is told to be gone.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import msgspec

from gql_app.errors import MirrorError
from gql_app.sync.actions import bulk_jobs_since
from gql_app.sync.customers import OVERLAP
from gql_app.sync.fetched import Fetched, fetched, missing, telling
from gql_app.sync.orders import Orders
from gql_app.sync.report import Report
from gql_app.sync.shelf import Mirror
from gql_app.sync.walk import MILLISECOND, Place, Walk
from gql_app.voucherify.rest.client import Voucherify, escaped

MARK = "sync.reconcile"
A_DAY = 86_400_000
"""Milliseconds. A sweep finds what has changed; only meeting everybody finds what says no time, and who is gone."""

FEW = 10
MOST_MISSING = 0.1
"""So many, or this share of all, may be found gone in one run: more, and something is wrong with what we ask."""

CHUNK = 100


class Suspicious(MirrorError):
    """Too many customers are missing at Voucherify."""


class Standing(msgspec.Struct, frozen=True):
    """Where reconciling stands. Times are milliseconds since 1970, by Voucherify's clock; `met` is when everybody was
    met last.
    """

    began: int = 0
    met: int = 0


@dataclass(slots=True)
class Reconcile:
    """One run; `report` grows with it."""

    voucherify: Voucherify
    shelf: Mirror
    allows_many_deletions: bool = False
    report: Report = field(default_factory=Report)

    async def run(self, is_full: bool = True) -> AsyncIterator[Report]:
        """The report after each page; raises Suspicious before it tells of too many deletions."""
        last = await self._last()
        self.report.jobs = await bulk_jobs_since(self.voucherify, last.began)
        self.report.is_full = is_full = is_full or bool(self.report.jobs) or not last.met
        since = 0 if is_full else max(0, last.began - OVERLAP)
        began = 0
        for axis in ("created_at",) if is_full else ("created_at", "updated_at"):
            async for step in Walk(self.voucherify, axis).steps(Place(since)):
                began = began or step.read_at
                await self._compare(step.news, step.read_at)
                yield self.report
        if is_full:
            async for _ in self._look_for_missing(began):
                yield self.report
        await self._sweep_orders()
        met = began // MILLISECOND if is_full else last.met
        standing = msgspec.json.encode(Standing(began // MILLISECOND, met)).decode()
        await self.shelf.take([], began, (MARK, standing))
        yield self.report

    async def is_due(self, now: int, seconds: float) -> bool:
        """Whether the last run began longer ago than this."""
        return now - (await self._last()).began * MILLISECOND >= seconds * 1_000_000

    async def is_due_in_full(self, now: int) -> bool:
        """Whether everybody was met more than a day before now (microseconds since 1970)."""
        return now // MILLISECOND - (await self._last()).met > A_DAY

    async def look_at(self, customer_id: str) -> bool:
        """Compares one customer, by id or source id; false where Voucherify has none."""
        answer = await self.voucherify.find(f"customers/{escaped(customer_id)}")
        if answer is None:
            return False
        await self._compare([fetched(answer.body, answer.read_at)], answer.read_at)
        return True

    async def _sweep_orders(self) -> None:
        """Those that changed since they were last loaded; who never loaded them may not want them."""
        orders = Orders(self.voucherify, self.shelf)
        begun = await orders.resumed()
        if begun.since:
            async for latest in orders.load(begun):
                self.report.orders = latest.received

    async def _last(self) -> Standing:
        said = await self.shelf.mark(MARK)
        return msgspec.json.decode(said, type=Standing) if said else Standing()

    async def _compare(self, found: list[Fetched], read_at: int) -> None:
        bodies = [telling("customer", one, one.true_at) for one in found]
        differences = await self.shelf.differing(bodies)
        news = [body for body, one in zip(bodies, differences, strict=True) if one]
        alike = [one.id for one, differs in zip(found, differences, strict=True) if not differs]
        await self.shelf.take(news, read_at, None, alike)
        self.report.count(differences)

    async def _look_for_missing(self, began: int) -> AsyncIterator[None]:
        """Who was not met is asked for by name, each once."""
        await self._refuse_many(began)
        after = ""
        while absent := await self.shelf.unverified(began, after, CHUNK):
            for customer_id in absent:
                await self._settle(customer_id)
            after = absent[-1]
            yield

    async def _settle(self, customer_id: str) -> None:
        path = f"customers/{escaped(customer_id)}"
        answer = await self.voucherify.find(path)
        if answer is not None:
            found = fetched(answer.body, answer.read_at)
            await self._compare([found], answer.read_at)
            return
        read_at = self.voucherify.now
        await self.shelf.take([missing(customer_id, read_at)], read_at)
        self.report.deleted += 1

    async def _refuse_many(self, began: int) -> None:
        if self.allows_many_deletions:
            return
        known = await self.shelf.known()
        most = max(FEW, int(known * MOST_MISSING))
        if len(await self.shelf.unverified(began, "", most + 1)) > most:
            raise Suspicious(
                f"More than {most} of {known} customers in the mirror are not at Voucherify. If that is so, say"
                " --allow-deletions; if not, look whether GQL_APP_VOUCHERIFY_APP_ID is another project's."
            )
