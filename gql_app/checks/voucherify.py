"""Voucherify's REST API: whether the keys open it. One call is made, of one customer, and nothing of it kept."""

from collections.abc import AsyncIterator

from gql_app.checks.finding import Deployment, Finding, fail, ok, warn
from gql_app.checks.secrets import is_encrypted
from gql_app.errors import MirrorError
from gql_app.sync.opening import access_of, budget_of
from gql_app.voucherify.rest.client import asking

PART = "voucherify"


async def voucherify(deployment: Deployment) -> AsyncIterator[Finding]:
    """One half of a key without the other raises BadSetting, which the examination says."""
    access = access_of(deployment.settings)
    if access is None:
        yield warn(
            PART,
            "no keys for Voucherify's REST API: what no webhook tells stays unknown",
            "Set GQL_APP_VOUCHERIFY_APP_ID and GQL_APP_VOUCHERIFY_APP_TOKEN, and run `gql-app sync`.",
        )
        return
    if not is_encrypted(access.url):
        yield fail(PART, "GQL_APP_VOUCHERIFY_URL is not https: the keys travel in the open", "Write https://.")
        return
    try:
        async with asking(access, budget_of(deployment.settings)) as client:
            await client.get("customers", limit=1)
    except MirrorError as error:
        yield fail(PART, str(error), "Mend what it names; `gql-app sync` needs it.")
        return
    yield ok(PART, f"{access.url} knows the keys")
