"""What `gql-app sync` does and prints: data on standard output, progress on standard error."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from gql_app.commands.collector import quiet_collector
from gql_app.commands.keeping import at_desk
from gql_app.commands.pace import pacing, wait_aloud
from gql_app.errors import MirrorError
from gql_app.mirror.arrival import Source
from gql_app.mirror.shelf import Shelf
from gql_app.observe import quiet_retries
from gql_app.settings import Settings
from gql_app.sync.campaigns import campaigns
from gql_app.sync.customers import Customers, Run
from gql_app.sync.opening import access_needed, budget_of
from gql_app.sync.orders import Orders
from gql_app.voucherify.rest.client import Voucherify, asking
from gql_app.voucherify.rest.lists import LARGEST, listed
from gql_app.voucherify.values import instant


class CountsDiffer(MirrorError):
    """Fewer were received than Voucherify says there are."""


@dataclass(frozen=True, slots=True)
class Manner:
    """What was asked for; `since` as it is stored."""

    since: str | None = None
    is_dry_run: bool = False
    as_json: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """What a run brought; `expected` is None where nobody says how many there should be."""

    what: str
    received: int
    expected: int | None
    kept: int | None = None
    """How many the mirror has now."""

    @property
    def is_short(self) -> bool:
        """Whether some are lacking."""
        return self.expected is not None and (self.received if self.kept is None else self.kept) < self.expected


@dataclass(frozen=True, slots=True)
class Fetching:
    """Who asks, and where answers are kept."""

    voucherify: Voucherify
    intake: Shelf

    async def load(self, run: Run) -> list[Counts]:
        """Campaigns first, so that standings have names; orders last, so that they have customers."""
        with pacing(self.voucherify.budget, "campaigns") as pace:
            named = sum([pace.more(count) async for count in campaigns(self.voucherify, self.intake)])
        customers = await self._customers(run)
        return [Counts("campaigns", named, None), customers, await self._orders()]

    async def _customers(self, run: Run) -> Counts:
        with pacing(self.voucherify.budget, "customers") as pace:
            pace.at(run.received, None)
            async for latest in Customers(self.voucherify, self.intake).load(run):
                pace.at(latest.received, latest.expected if latest.is_full else None)
        return Counts("customers", latest.received, latest.expected if latest.is_full else None)

    async def _orders(self) -> Counts:
        orders = Orders(self.voucherify, self.intake)
        with pacing(self.voucherify.budget, "orders") as pace:
            async for latest in orders.load(await orders.resumed()):
                pace.at(latest.received, None if latest.since else latest.expected)
        return Counts("orders", latest.received, latest.expected, await self.intake.orders_known())


@asynccontextmanager
async def fetching(settings: Settings, source: Source = "BACKFILL") -> AsyncIterator[Fetching]:
    """Raises BadSetting where there are no keys."""
    access, budget = access_needed(settings), budget_of(settings)
    budget.pause = wait_aloud
    quiet_retries()
    async with at_desk(settings) as desk, asking(access, budget) as voucherify:
        yield Fetching(voucherify, Shelf(desk.database, desk.announce, source))


async def sync(settings: Settings, manner: Manner) -> None:
    """Raises CountsDiffer where fewer came than there are."""
    async with fetching(settings) as both:
        since = None if manner.since is None else (instant(manner.since) or 0) // 1000
        run = await Customers(both.voucherify, both.intake).resumed(since)
        if manner.is_dry_run:
            await _say_plan(both.voucherify, run, manner.as_json)
            return
        quiet_collector()
        counts = await both.load(run)
    _say(counts, both, manner.as_json)
    if short := [one for one in counts if one.is_short]:
        lacking = "; ".join(f"{one.what}: {one.expected} there, {_there(one)} here" for one in short)
        raise CountsDiffer(f"Fewer came than Voucherify says there are ({lacking}): run `gql-app reconcile`.")


def _there(one: Counts) -> int:
    return one.received if one.kept is None else one.kept


async def _say_plan(voucherify: Voucherify, run: Run, as_json: bool) -> None:
    customers, orders = [(await listed(voucherify, what, limit=1)).total or 0 for what in ("customers", "orders")]
    left = max(0, customers - run.received) if run.is_full else None
    calls = None if left is None else -(-left // (LARGEST - 1)) + -(-orders // LARGEST)
    if as_json:
        print(json.dumps({"customers": customers, "orders": orders, "calls": calls, "full": run.is_full}))
        return
    what = f"{left} to load, in about {calls} calls" if run.is_full else "only what changed since is loaded"
    print(f"Voucherify has {customers} customers and {orders} orders; {what}. Nothing was written.")


def _say(counts: list[Counts], both: Fetching, as_json: bool) -> None:
    verdicts, calls = both.intake.verdicts, both.voucherify.budget.calls
    if as_json:
        said = {one.what: {"received": one.received, "expected": one.expected} for one in counts}
        became = {name: verdicts[name] for name in ("applied", "stale", "duplicate", "quarantined")}
        print(json.dumps(said | {"tellings": became, "calls": calls}))
        return
    for one in counts:
        print(f"{one.received:>8} {one.what}" + ("" if one.expected is None else f" of {one.expected}"))
    print(f"{calls} calls; {verdicts['applied']} tellings brought something new, {verdicts['quarantined']} quarantined")
