"""The database: there, current, writable, and as durable as a 2xx promises."""

from collections.abc import AsyncIterator

from gql_app.checks import durability
from gql_app.checks.finding import Deployment, Finding, fail, ok, warn
from gql_app.database import SqliteAddress, read_address
from gql_app.database.migrate import check_tables
from gql_app.errors import MirrorError, OutOfDate

PART = "database"
LEAST = {"sqlite": (3, 38), "postgres": (13,)}


async def tables(deployment: Deployment) -> AsyncIterator[Finding]:
    """Raises where they are not current: what comes after would not find them."""
    await check_tables(deployment.opened)
    yield ok(PART, f"{place_of(deployment)}: reachable, tables are current")


def place_of(deployment: Deployment) -> str:
    """Where it is, without its password."""
    address = read_address(deployment.settings.database_url.get_secret_value())
    if isinstance(address, SqliteAddress):
        return f"SQLite {address.path}"
    return f"PostgreSQL {address.host or 'local socket'}:{address.port}/{address.database or ''}"


async def durable(deployment: Deployment) -> AsyncIterator[Finding]:
    """Read back from the connection that writes, in a turn of its own: so it is also seen that it can write."""
    database = deployment.opened
    wanted = durability.WANTED[database.dialect]
    async with database.turn() as transaction:
        found = {name: str((await transaction.fetch(sql))[0][0]) for name, (sql, _, _) in wanted.items()}
    wrong = [(name, value) for name, value in found.items() if value not in wanted[name][1]]
    for name, value in wrong:
        yield fail(PART, f"{name} is {value}: what was answered with 2xx may be lost", wanted[name][2])
    if not wrong:
        said = ", ".join(f"{name}={durability.word(name, value)}" for name, value in found.items())
        yield ok(PART, f"writable and durable: {said}")


async def version(deployment: Deployment) -> AsyncIterator[Finding]:
    """Which one it is."""
    database = deployment.opened
    said = (await database.read(durability.VERSION[database.dialect], ()))[0][0]
    numbers = tuple(int(part) for part in str(said).split()[0].split(".") if part.isdecimal())
    least = LEAST[database.dialect]
    name = "SQLite" if database.dialect == "sqlite" else "PostgreSQL"
    if numbers < least:
        wanted = ".".join(map(str, least))
        yield warn(PART, f"{name} {said} is older than {wanted}", f"Upgrade to {name} {wanted} or later.")
    else:
        yield ok(PART, f"{name} {said}")


def unreachable(deployment: Deployment, error: MirrorError) -> Finding:
    """Why nothing more can be looked at."""
    advice = "Run `gql-app migrate`." if isinstance(error, OutOfDate) else "Start it, or mend DATABASE_URL."
    return fail(PART, f"{place_of(deployment)}: {error}", advice)
