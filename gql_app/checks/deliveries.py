"""Deliveries: whether Voucherify is heard, and what it said that nobody understood."""

import time
from collections.abc import AsyncIterator

from gql_app.checks.finding import Deployment, Finding, ok, warn
from gql_app.mirror.silence import SECOND, usual
from gql_app.voucherify.values import instant

PART = "deliveries"
STATE = "SELECT last_event_at, silent_since, quarantined FROM mirror_state WHERE id = 1"
AGAIN = (
    "Look whether the webhook is switched off in Voucherify's Project settings > Webhooks and switch it on;"
    " then fetch what was missed: `gql-app sync`."
)


async def deliveries(deployment: Deployment) -> AsyncIterator[Finding]:
    """Voucherify switches a webhook off after a day of failures, and tells nobody."""
    last, silent, quarantined = (await deployment.opened.read(STATE, ()))[0]
    if last is None:
        yield warn(
            PART,
            "Voucherify has never told anything",
            "Create the webhook in Project settings > Webhooks, and try the door: `gql-app send-test`.",
        )
    elif silent == last or await _is_silent(deployment, last):
        yield warn(PART, f"nothing has come since {last}, far longer than usual", AGAIN)
    else:
        yield ok(PART, f"the last came at {last}")
    if quarantined:
        what = f"{quarantined} kept but not understood"
        yield warn(PART, what, "See `gql-app events list --state quarantined`; then replay or discard them.")


async def _is_silent(deployment: Deployment, last: str) -> bool:
    """Also where no server runs that would notice."""
    given = deployment.settings.silent_after_seconds
    bearable = int(given * SECOND) if given is not None else await usual(deployment.opened)
    return bearable is not None and time.time_ns() // 1000 - (instant(last) or 0) > bearable
