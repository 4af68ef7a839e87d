"""Clocks: ours, the database's, and Voucherify's as its events show it."""

import time
from collections.abc import AsyncIterator

from gql_app.checks.finding import Deployment, Finding, ok, warn
from gql_app.voucherify.values import instant

PART = "clock"
BEARABLE_SECONDS = 2.0
AHEAD_SECONDS = 5.0
SECOND = 1_000_000
NOW = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
LATEST = """
SELECT occurred_at, received_at FROM (SELECT * FROM inbox ORDER BY id DESC LIMIT 200) AS latest
WHERE source = 'WEBHOOK' AND occurred_at IS NOT NULL
"""


async def clock(deployment: Deployment) -> AsyncIterator[Finding]:
    """What is ordered by time needs clocks that agree."""
    if deployment.opened.dialect == "postgres":
        yield await _of_database(deployment)
    received = [(instant(at) or 0, instant(heard) or 0) for at, heard in await deployment.opened.read(LATEST, ())]
    early = max((at - heard for at, heard in received), default=0) / SECOND
    if early > AHEAD_SECONDS:
        what = f"events came up to {early:.0f} s before they happened: this machine's clock is behind Voucherify's"
        yield warn(PART, what, "Have it set by NTP (`timedatectl set-ntp true`).")
    elif received:
        yield ok(PART, f"none of the last {len(received)} events came before it happened")


async def _of_database(deployment: Deployment) -> Finding:
    before = time.time_ns() // 1000
    said = int((await deployment.opened.read(NOW, ()))[0][0])
    after = time.time_ns() // 1000
    apart = max(before - said, said - after, 0) / SECOND
    if apart > BEARABLE_SECONDS:
        what = f"this machine's clock and PostgreSQL's are {apart:.0f} s apart"
        return warn(PART, what, "Have both set by NTP (`timedatectl set-ntp true`).")
    return ok(PART, "this machine's clock and PostgreSQL's agree")
