"""Secrets: there, long enough, each its own. None is ever shown."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from gql_app.checks.finding import Deployment, Finding, fail, ok, warn
from gql_app.database import PostgresAddress, read_address
from gql_app.errors import BadSetting

PART = "secrets"
SHORTEST = 16
LOCAL = (None, "", "localhost", "127.0.0.1", "::1")
DOTENV = Path(".env")
FOR_ALL = 0o004


async def secrets(deployment: Deployment) -> AsyncIterator[Finding]:
    """Of the webhook, of the database, and where they are kept."""
    for look in (_webhook, _database, _kept):
        for finding in look(deployment):
            yield finding


def _webhook(deployment: Deployment) -> Iterator[Finding]:
    given = [secret.get_secret_value() for secret in deployment.settings.webhook_secrets]
    if not given:
        yield _without(deployment)
        return
    found = list(_weak(given))
    yield from found or [ok(PART, f"webhooks are verified with {_counted(len(given))}")]


def _without(deployment: Deployment) -> Finding:
    what = "GQL_APP_WEBHOOK_SECRETS is not set: whoever reaches the port can tell the mirror anything"
    advice = "Set it to the secret in Voucherify's Project settings > Webhooks."
    return warn(PART, what, advice) if deployment.is_local else fail(PART, what, advice)


def _weak(given: list[str]) -> Iterator[Finding]:
    advice = "Copy the secret again from Voucherify's Project settings > Webhooks."
    if short := sum(len(secret) < SHORTEST for secret in given):
        yield warn(PART, f"{short} of GQL_APP_WEBHOOK_SECRETS has fewer than {SHORTEST} characters", advice)
    if any(count > 1 for count in Counter(given).values()):
        yield warn(PART, "GQL_APP_WEBHOOK_SECRETS holds a secret twice", "Each that is still in use is named once.")
    if any(secret[0] in "\"'" or " " in secret for secret in given):
        yield warn(PART, "one of GQL_APP_WEBHOOK_SECRETS holds quotes or spaces", advice)


def _database(deployment: Deployment) -> Iterator[Finding]:
    try:
        address = read_address(deployment.settings.database_url.get_secret_value())
    except BadSetting:
        return
    if not isinstance(address, PostgresAddress) or address.host in LOCAL or str(address.host).startswith("/"):
        return
    if address.sslmode in (None, "disable", "allow", "prefer"):
        yield warn(
            PART,
            "the password and every customer travel to the database without certain encryption",
            "Add ?sslmode=require (better: verify-full) to DATABASE_URL.",
        )


def _kept(deployment: Deployment) -> Iterator[Finding]:
    del deployment
    if DOTENV.is_file() and DOTENV.stat().st_mode & FOR_ALL:
        yield warn(PART, "everybody on this machine can read .env", "Run `chmod 600 .env`.")


def is_encrypted(url: str) -> bool:
    """Whether what is sent there cannot be read on the way."""
    parts = urlsplit(url)
    return parts.scheme in ("https", "rediss") or parts.hostname in LOCAL


def _counted(number: int) -> str:
    return "one secret" if number == 1 else f"{number} secrets"
