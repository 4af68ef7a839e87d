"""`gql-app reconcile` and `gql-app sync customer`: what differed, by field, never whose or what it was."""

import json
from collections.abc import Iterator

from gql_app.commands.fetching import fetching
from gql_app.commands.ledger import counted
from gql_app.commands.pace import pacing
from gql_app.errors import MirrorError
from gql_app.settings import Settings
from gql_app.sync.reconcile import Reconcile
from gql_app.sync.report import Report


class NotAtVoucherify(MirrorError):
    """Voucherify has no such customer."""


async def reconcile(settings: Settings, is_quick: bool, allows_deletions: bool, as_json: bool) -> None:
    """Prints what was found and put right."""
    async with fetching(settings, "RECONCILE") as both:
        work = Reconcile(both.voucherify, both.intake, allows_deletions)
        with pacing(both.voucherify.budget, "compared") as pace:
            async for report in work.run(not is_quick):
                pace.at(report.compared, None)
    say(work.report, as_json)


async def look_at(settings: Settings, customer_id: str, as_json: bool) -> None:
    """Raises NotAtVoucherify where there is nobody by this id."""
    async with fetching(settings, "RECONCILE") as both:
        work = Reconcile(both.voucherify, both.intake)
        if not await work.look_at(customer_id):
            raise NotAtVoucherify(
                f"Voucherify has no customer {customer_id!r}; whether one has been deleted is found by"
                " `gql-app reconcile`."
            )
    say(work.report, as_json)


def say(report: Report, as_json: bool) -> None:
    """For a program, or line by line."""
    if as_json:
        said = {name: getattr(report, name) for name in ("compared", "created", "corrected", "deleted", "orders")}
        print(json.dumps(said | {"full": report.is_full, "drift": report.drift, "jobs": report.jobs}))
        return
    for line in _lines(report):
        print(line)


def _lines(report: Report) -> Iterator[str]:
    whom = "" if report.is_full else " who changed since the last time"
    found = f"{report.created} missing, {report.corrected} different, {report.deleted} gone"
    yield f"{counted(report.compared, 'customer')}{whom} compared: {found}; put right"
    if report.orders:
        yield f"{counted(report.orders, 'order')} had changed since they were loaded"
    for path, count in report.drift.most_common():
        yield f"{count:>8}  {path}"
    for kind, count in report.jobs.most_common():
        yield f"{count:>8}  {kind} since the last time, so everybody was compared"
