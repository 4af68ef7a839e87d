"""What every session on PostgreSQL is set to, read back: what a pooler drops on the way is no promise any more."""

import logging
from typing import Any

import asyncpg

from gql_app.errors import BadSetting

WRITER = {
    "application_name": "gql-app writer",
    "synchronous_commit": "on",
    "statement_timeout": "30000",
    "lock_timeout": "10000",
    "idle_in_transaction_session_timeout": "30000",
    "jit": "off",
    "enable_seqscan": "off",  # plans made while tables were empty would scan them for ever
}
READER = {
    "application_name": "gql-app reader",
    "default_transaction_read_only": "on",
    "lock_timeout": "5000",
    "idle_in_transaction_session_timeout": "30000",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",  # arrays are gathered in the order of the rows
}
"""Times are milliseconds, as PostgreSQL itself keeps them; `reader` adds how long a statement may take."""

DURABILITY = "synchronous_commit"
FOUND = "SELECT name, setting FROM pg_settings WHERE name = ANY($1::text[])"

log = logging.getLogger(__name__)


def reader(timeout_seconds: float) -> dict[str, str]:
    """A reader's settings, where a statement may take so long."""
    return READER | {"statement_timeout": str(int(timeout_seconds * 1000))}


async def check(connection: "asyncpg.Connection[Any]", wanted: dict[str, str]) -> None:
    """Raises BadSetting where a commit would not be durable; whatever else differs is logged."""
    found = dict(await connection.fetch(FOUND, list(wanted)))
    for name, value in wanted.items():
        if found.get(name) == value:
            continue
        if name == DURABILITY:
            raise BadSetting(f"PostgreSQL says {name}={found.get(name)}, so commits may be lost: it must be {value}.")
        log.warning("postgres_setting_ignored", extra={"setting": name, "wanted": value, "found": found.get(name)})
