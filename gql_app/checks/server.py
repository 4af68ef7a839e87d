"""The server: whether it listens, is ready, and refuses what is signed wrongly. Looking changes nothing."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2

from gql_app.checks.finding import Deployment, Finding, fail, ok, warn
from gql_app.checks.secrets import is_encrypted
from gql_app.voucherify.signature import sign

PART = "server"
PATIENCE_SECONDS = 5.0
HERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}  # noqa: S104  # read, not bound
PROBE = b'{"id":"whs_000000000000000000","event":{"id":"evcus_000000000000000000","type":"customer.updated"},"data":{}}'
"""A test, which would not be mirrored even if somebody took it."""

NOBODY = "No secret of anybody's."
OPEN = ("Webhooks are taken unsigned", "Set GQL_APP_WEBHOOK_SECRETS where the server runs, and restart it.")


def address_of(deployment: Deployment) -> str:
    """Where the server is reached: as it was said, else where the settings say that it listens."""
    if deployment.url:
        return deployment.url.rstrip("/")
    host = HERE.get(deployment.settings.host, deployment.settings.host)
    return f"http://{f'[{host}]' if ':' in host and '[' not in host else host}:{deployment.settings.port}"


async def server(deployment: Deployment) -> AsyncIterator[Finding]:
    """From outside, as Voucherify sees it."""
    url = address_of(deployment)
    if deployment.url and not is_encrypted(url):
        yield fail(PART, f"{url} is reached without encryption", "Put TLS before it: Voucherify posts personal data.")
    async with httpx2.AsyncClient(timeout=PATIENCE_SECONDS, trust_env=False) as client:
        try:
            ready = await client.get(f"{url}/health/ready")
            yield _readiness(url, ready)
            if deployment.settings.webhook_secrets or deployment.url:
                yield await _webhook(client, url)
        except httpx2.TransportError as error:
            yield _silent(deployment, url, error)


def _silent(deployment: Deployment, url: str, error: Exception) -> Finding:
    what = f"nothing answers at {url} ({type(error).__name__})"
    if deployment.url:
        return fail(PART, what, "See that the name, the proxy and the certificate are right, and `gql-app serve` runs.")
    return warn(PART, what, "Start `gql-app serve`, or say where it is: `gql-app doctor --url https://...`.")


def _readiness(url: str, answer: httpx2.Response) -> Finding:
    try:
        parts: dict[str, Any] = dict(answer.json())
        parts.pop("status")
    except (ValueError, KeyError, TypeError):
        return fail(
            PART,
            f"{url}/health/ready answers {answer.status_code}, and is none of ours",
            "Mend --url, GQL_APP_HOST or GQL_APP_PORT.",
        )
    if answer.status_code == 200:
        return ok(PART, f"{url} is ready")
    wrong = ", ".join(f"{part}: {word}" for part, word in parts.items() if word not in ("ok", "polling"))
    return fail(PART, f"{url} is not ready: {wrong}", "See the server's log for these parts.")


async def _webhook(client: httpx2.AsyncClient, url: str) -> Finding:
    headers = {"x-voucherify-signature": sign(PROBE, NOBODY), "content-type": "application/json"}
    answer = await client.post(f"{url}/webhooks/voucherify", content=PROBE, headers=headers)
    if answer.status_code == 401:
        return ok(
            PART, f"{url}/webhooks/voucherify refuses what is signed wrongly; try one that is not: `gql-app send-test`"
        )
    if answer.is_success:
        return fail(PART, *OPEN)
    what = f"{url}/webhooks/voucherify answers {answer.status_code} to a webhook"
    return fail(PART, what, "See that a proxy passes POST and its headers on unchanged.")
