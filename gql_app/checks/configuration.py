"""Settings: names that mean nothing, values that contradict one another, combinations that are dangerous."""

from collections.abc import AsyncIterator, Iterator
from difflib import get_close_matches
from urllib.parse import urlsplit

from gql_app.checks.finding import Deployment, Finding, fail, ok, warn
from gql_app.database.sqlite import SAFE_SQLITE, version
from gql_app.settings import PREFIX, Settings, names

PART = "configuration"


async def configuration(deployment: Deployment) -> AsyncIterator[Finding]:
    """What can be seen without connecting to anything."""
    found = [
        *_unknown(deployment),
        *_given_twice(deployment),
        *_documents(deployment.settings),
        *_workers(deployment.settings),
        *_limits(deployment.settings),
    ]
    for finding in found or [ok(PART, "every setting is known, and none contradicts another")]:
        yield finding


def _unknown(deployment: Deployment) -> Iterator[Finding]:
    known = names()
    for name in sorted(deployment.given):
        if name.startswith(PREFIX) and name not in known:
            close = get_close_matches(name, known, 1)
            advice = (
                f"Did you mean {close[0]}?" if close else "Remove it, or see the README for the settings there are."
            )
            yield warn(PART, f"{name} is set, and is no setting", advice)


def _given_twice(deployment: Deployment) -> Iterator[Finding]:
    for own, plain in ((f"{PREFIX}DATABASE_URL", "DATABASE_URL"), (f"{PREFIX}PORT", "PORT")):
        values = {deployment.given[name] for name in (own, plain) if name in deployment.given}
        if len(values) > 1:
            yield warn(PART, f"{own} and {plain} differ", f"{own} counts: remove {plain}, or make them equal.")


def _documents(settings: Settings) -> Iterator[Finding]:
    given, mode = settings.trusted_documents, settings.trusted_documents_mode
    if given is None and mode == "enforce":
        yield fail(
            PART,
            "GQL_APP_TRUSTED_DOCUMENTS_MODE is enforce, and no document is trusted",
            "Set GQL_APP_TRUSTED_DOCUMENTS to a folder or manifest, or every question is refused.",
        )
    if given is not None and not given.exists():
        yield fail(
            PART, f"GQL_APP_TRUSTED_DOCUMENTS: {given} is not there", "Mend the path: the server will not start."
        )
    if given is not None and mode == "off":
        yield warn(
            PART,
            "GQL_APP_TRUSTED_DOCUMENTS is set, and anything else is answered too",
            "Set GQL_APP_TRUSTED_DOCUMENTS_MODE to log, then to enforce.",
        )


def _workers(settings: Settings) -> Iterator[Finding]:
    if settings.workers == 1:
        return
    feed = settings.feed_url.get_secret_value() if settings.feed_url else ""
    if urlsplit(feed).scheme == "memory":
        yield fail(
            PART,
            f"GQL_APP_WORKERS is {settings.workers}, and GQL_APP_FEED_URL memory:// reaches one process",
            "Leave GQL_APP_FEED_URL out.",
        )
    on_sqlite = urlsplit(settings.database_url.get_secret_value()).scheme == "sqlite"
    if on_sqlite and version() < SAFE_SQLITE:
        yield fail(
            PART,
            f"GQL_APP_WORKERS is {settings.workers} on one file that SQLite {_dotted(version())} could corrupt",
            f"Use PostgreSQL, one worker, or a Python with SQLite {_dotted(SAFE_SQLITE)} or later.",
        )


def _limits(settings: Settings) -> Iterator[Finding]:
    if settings.writer_batch > settings.writer_queue:
        yield warn(
            PART,
            f"GQL_APP_WRITER_BATCH ({settings.writer_batch}) is more than GQL_APP_WRITER_QUEUE can hold",
            "Make the queue larger than the batch.",
        )
    if settings.max_page_size > settings.max_cost:
        yield warn(
            PART,
            f"a page of GQL_APP_MAX_PAGE_SIZE ({settings.max_page_size}) costs more than GQL_APP_MAX_COST allows",
            "Raise GQL_APP_MAX_COST, or lower the page size.",
        )


def _dotted(numbers: tuple[int, ...]) -> str:
    return ".".join(map(str, numbers))
