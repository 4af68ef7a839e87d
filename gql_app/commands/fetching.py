"""What `gql-app sync` does and prints: data on standard output, progress on standard error."""

import json
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from gql_app.commands.keeping import at_desk
from gql_app.commands.pace import Pace, pacing
from gql_app.errors import MirrorError
from gql_app.mirror.arrival import Source
from gql_app.mirror.intake import Intake
from gql_app.settings import Settings
from gql_app.sync.customers import Customers, Run
from gql_app.sync.opening import access_needed, budget_of
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
class Fetching:
    """Who asks, and where answers are kept."""

    voucherify: Voucherify
    intake: Intake


@asynccontextmanager
async def fetching(settings: Settings, source: Source = "BACKFILL") -> AsyncIterator[Fetching]:
    """Raises BadSetting where there are no keys."""
    access, budget = access_needed(settings), budget_of(settings)
    async with at_desk(settings) as desk, asking(access, budget) as voucherify:
        yield Fetching(voucherify, Intake(desk.database, desk.announce, source))


async def sync(settings: Settings, manner: Manner) -> None:
    """Raises CountsDiffer where fewer came than there are."""
    async with fetching(settings) as both:
        customers = Customers(both.voucherify, both.intake)
        since = None if manner.since is None else (instant(manner.since) or 0) // 1000
        run = await customers.resumed(since)
        if manner.is_dry_run:
            await _say_plan(both.voucherify, run, manner.as_json)
            return
        with pacing(both.voucherify.budget) as pace:
            run = await _load(customers, run, pace)
        _say(run, both, manner.as_json)
    if run.is_short:
        raise CountsDiffer(
            f"Voucherify says it has {run.expected} customers, {run.received} came: run `gql-app sync` again."
        )


async def _load(customers: Customers, run: Run, pace: Pace) -> Run:
    pace.begin(run.received)
    async for run in customers.load(run):  # noqa: B020, PLR1704  # the run goes on being itself
        pace.at(run.received, run.expected if run.is_full else None)
    return run


async def _say_plan(voucherify: Voucherify, run: Run, as_json: bool) -> None:
    page = await listed(voucherify, "customers", limit=1)
    left = max(0, (page.total or 0) - run.received) if run.is_full else None
    calls = None if left is None else -(-left // (LARGEST - 1)) + 1
    if as_json:
        print(json.dumps({"customers": page.total, "received": run.received, "calls": calls, "full": run.is_full}))
        return
    what = f"{left} to load in about {calls} calls" if run.is_full else "only who changed since is loaded"
    print(f"Voucherify has {page.total} customers; {what}. Nothing was written.")


def _say(run: Run, both: Fetching, as_json: bool) -> None:
    verdicts: Counter[str] = both.intake.verdicts
    said = {
        "expected": run.expected if run.is_full else None,
        "received": run.received,
        **{verdict: verdicts[verdict] for verdict in ("applied", "stale", "duplicate", "quarantined")},
        "calls": both.voucherify.budget.calls,
    }
    if as_json:
        print(json.dumps(said))
        return
    of = f" of {run.expected}" if run.is_full else ""
    news = f"{verdicts['applied']} told something new, {verdicts['stale'] + verdicts['duplicate']} nothing"
    print(f"{run.received}{of} customers received in {said['calls']} calls: {news}", file=sys.stdout)
