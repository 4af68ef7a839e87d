"""Readers: whether one has to show who one is, and whether those who may can be told from those who may not."""

import time
from collections.abc import AsyncIterator

from gql_app.checks.finding import Deployment, Finding, fail, ok, warn
from gql_app.viewers.key_table import all_keys
from gql_app.viewers.opening import SHORTEST_SECRET, has_tokens, is_loopback, open_doorkeeper

PART = "authentication"
MAKE_ONE = "Make a key: `gql-app keys create --name NAME`, or set GQL_APP_JWT_SECRET or GQL_APP_JWT_JWKS_URL."
OPEN = "readers are not authenticated: whoever reaches the port may read every customer"
SOON_SECONDS = 14 * 86_400


async def authentication(deployment: Deployment) -> AsyncIterator[Finding]:
    """Half-said settings raise BadSetting, which the examination says."""
    settings, now = deployment.settings, time.time()
    keys = [key for key in await all_keys(deployment.opened) if key.state(now) == "valid"]
    doorkeeper = await open_doorkeeper(settings, deployment.opened)
    if doorkeeper.is_open:
        yield (warn if is_loopback(settings.host) else fail)(PART, OPEN, MAKE_ONE)
    elif not keys and not has_tokens(settings):
        yield fail(PART, "nobody can read: no key is valid, and nobody signs tokens", MAKE_ONE)
    else:
        signed = ", and tokens are believed" if has_tokens(settings) else ""
        yield ok(PART, f"readers show who they are: {len(keys)} API keys are valid{signed}")
    ending = [key.name for key in keys if key.state(now + SOON_SECONDS) != "valid"]
    if ending:
        yield warn(PART, f"keys that end within two weeks: {', '.join(ending)}", "Make new ones and hand them out.")
    for finding in _same(deployment):
        yield finding


def _same(deployment: Deployment) -> list[Finding]:
    secret = deployment.settings.jwt_secret
    if secret is None or secret not in deployment.settings.webhook_secrets:
        return []
    what = "GQL_APP_JWT_SECRET is one of GQL_APP_WEBHOOK_SECRETS: who may post events could sign tokens"
    return [fail(PART, what, f"Make one of its own of {SHORTEST_SECRET} bytes or more: `openssl rand -base64 48`.")]
