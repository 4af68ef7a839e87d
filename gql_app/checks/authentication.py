"""Readers: whether one has to show who one is."""

from collections.abc import AsyncIterator

from gql_app.checks.finding import Deployment, Finding, fail, warn

PART = "authentication"
OPEN = "readers are not authenticated: whoever reaches the port may read every customer"


async def authentication(deployment: Deployment) -> AsyncIterator[Finding]:
    """A server that others can reach must know who asks."""
    if deployment.is_local:
        yield warn(PART, OPEN, f"Keep GQL_APP_HOST at {deployment.settings.host}, which only this machine reaches.")
    else:
        yield fail(PART, OPEN, "Set GQL_APP_HOST to 127.0.0.1, and let nobody in but by a proxy that asks who one is.")
