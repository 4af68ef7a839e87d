"""Room: on the disk, among PostgreSQL's connections, and whether it knows enough of its tables to plan well."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from gql_app.checks.finding import Deployment, Finding, fail, ok, warn
from gql_app.database import SqliteAddress, read_address

PART = "room"
MEBIBYTE = 1 << 20
FULL, NEARLY_FULL = 200 * MEBIBYTE, 2048 * MEBIBYTE
LARGE_LOG = 512 * MEBIBYTE
FOR_OTHERS = 0o007
BESIDE_READERS = 3
"""Connections of a process beside its readers: the writer, the feed, and what is opened in passing."""

CONNECTIONS = """
SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int,
       (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')
"""
UNKNOWN = """
SELECT relname FROM pg_stat_user_tables
WHERE n_live_tup > 10000 AND last_analyze IS NULL AND last_autoanalyze IS NULL ORDER BY relname
"""


async def room(deployment: Deployment) -> AsyncIterator[Finding]:
    """For the database that there is."""
    address = read_address(deployment.settings.database_url.get_secret_value())
    if isinstance(address, SqliteAddress):
        for finding in _file(Path(address.path)):
            yield finding
        return
    free, used = (await deployment.opened.read(CONNECTIONS, ()))[0]
    yield _connections(deployment, int(free), int(used))
    unknown = [row[0] for row in await deployment.opened.read(UNKNOWN, ())]
    if unknown:
        what = f"PostgreSQL has never counted what is in {', '.join(unknown)}"
        yield warn(PART, what, "Run `ANALYZE` once, and see that autovacuum is on.")


def _connections(deployment: Deployment, limit: int, used: int) -> Finding:
    settings = deployment.settings
    needed = settings.workers * (settings.read_connections + BESIDE_READERS)
    if needed > limit:
        return warn(
            PART,
            f"{settings.workers} workers may open {needed} connections, and PostgreSQL allows {limit}",
            "Raise max_connections, or lower GQL_APP_READ_CONNECTIONS or GQL_APP_WORKERS.",
        )
    return ok(PART, f"PostgreSQL allows {limit} connections; {used} are open, this service may open {needed}")


def _file(path: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(path.resolve().parent).free
    said = f"{free // MEBIBYTE} MiB are free where {path} is"
    if free < FULL:
        yield fail(PART, said, "Make room: on a full disk webhooks are refused until there is some.")
    elif free < NEARLY_FULL:
        yield warn(PART, said, "Make room, or have bodies emptied: GQL_APP_KEEP_BODIES_DAYS.")
    else:
        yield ok(PART, said)
    if path.stat().st_mode & FOR_OTHERS:
        yield warn(PART, f"everybody on this machine can read {path}", f"Run `chmod 600 {path}*`.")
    log = path.with_name(path.name + "-wal")
    if log.exists() and log.stat().st_size > LARGE_LOG:
        size = log.stat().st_size // MEBIBYTE
        yield warn(PART, f"{log} has grown to {size} MiB", "Something reads without end: restart what has it open.")
