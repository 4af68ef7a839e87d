"""Which checks there are, and running them: one that cannot be made is a finding, and holds up no other."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

from gql_app.checks.authentication import authentication
from gql_app.checks.clock import clock
from gql_app.checks.configuration import configuration
from gql_app.checks.database import durable, tables, unreachable, version
from gql_app.checks.deliveries import deliveries
from gql_app.checks.feed import feed
from gql_app.checks.finding import Check, Deployment, Finding, fail
from gql_app.checks.room import room
from gql_app.checks.secrets import secrets
from gql_app.checks.server import server
from gql_app.checks.voucherify import voucherify
from gql_app.database import SqliteAddress, open_database, read_address
from gql_app.errors import BadSetting, MirrorError, OutOfDate

WITHOUT_DATABASE: tuple[Check, ...] = (configuration, secrets)
WITH_DATABASE: tuple[Check, ...] = (authentication, durable, version, clock, room, feed, deliveries)
FROM_OUTSIDE: tuple[Check, ...] = (server, voucherify)
TIMEOUT_SECONDS = 30


async def examine(deployment: Deployment) -> AsyncIterator[Finding]:
    """Everything that is found, in an order in which what comes first may explain what comes later."""
    for check in WITHOUT_DATABASE:
        async for finding in _of(check, deployment):
            yield finding
    async for finding in _of_database(deployment):
        yield finding
    for check in FROM_OUTSIDE:
        async for finding in _of(check, deployment):
            yield finding


async def _of_database(deployment: Deployment) -> AsyncIterator[Finding]:
    try:
        _refuse_no_file(deployment)
        url = deployment.settings.database_url.get_secret_value()
        database = await open_database(url, 1, TIMEOUT_SECONDS)
    except BadSetting as wrong:
        yield fail("database", str(wrong), "Mend DATABASE_URL.")
        return
    except MirrorError as error:
        yield unreachable(deployment, error)
        return
    try:
        async with aclosing(_with_database(replace(deployment, database=database))) as findings:
            async for finding in findings:
                yield finding
    finally:
        await database.close()


async def _with_database(deployment: Deployment) -> AsyncGenerator[Finding, None]:
    try:
        async for finding in tables(deployment):
            yield finding
    except MirrorError as error:
        yield unreachable(deployment, error)
        return
    for check in WITH_DATABASE:
        async for finding in _of(check, deployment):
            yield finding


async def _of(check: Check, deployment: Deployment) -> AsyncIterator[Finding]:
    """What cannot be looked at is said without its own words, which could quote an address."""
    try:
        async for finding in check(deployment):
            yield finding
    except BadSetting as wrong:
        yield fail(check.__name__, str(wrong), "Mend the setting that it names.")
    except MirrorError as error:
        yield fail(check.__name__, f"could not be looked at: {error}", "Mend what was found above, and look again.")
    except Exception as bug:
        yield fail(check.__name__, f"could not be looked at: {type(bug).__name__}", "Please report this.")


def _refuse_no_file(deployment: Deployment) -> None:
    """Looking makes no database."""
    address = read_address(deployment.settings.database_url.get_secret_value())
    if isinstance(address, SqliteAddress) and not Path(address.path).exists():
        raise OutOfDate(f"there is no file {address.path}")
