"""A database of an earlier version, with rows in it, becomes one of this version."""

import uuid
from collections.abc import AsyncIterator

import pytest
from tortoise import Tortoise
from tortoise.migrations.api.migrate import migrate as run_migrations

from gql_app.database import open_database, read_address
from gql_app.database.migrate import BEGIN_JOURNAL, check_tables, config_of, migrate
from gql_app.errors import OutOfDate
from tests.conftest import named, on_server
from tests.stage import on_stage

FIRST = "mirror.0001_initial"
ROWS = (
    "INSERT INTO customer (id, name, email, phone, stamps) VALUES"
    " ('cust_1', 'Łucja', 'lucy@example.test', '+48 123', '{}'), ('cust_2', NULL, NULL, NULL, '{}')",
    "INSERT INTO journal (position, customer_id, kind, version, changes, event_type, source, received_at, recorded_at,"
    " late) VALUES (1, 'cust_1', 'CREATED', 1, '[]', 'x', 'WEBHOOK', '', '', FALSE),"
    " (2, 'cust_2', 'CREATED', 1, '[]', 'x', 'WEBHOOK', '', '', FALSE),"
    " (3, 'cust_1', 'UPDATED', 2, '[]', 'x', 'WEBHOOK', '', '', FALSE)",
)


@pytest.fixture
async def old_url(request: pytest.FixtureRequest, tmp_path: object) -> AsyncIterator[str]:
    """A database as the first version left it."""
    if request.param == "sqlite":
        await first_version(f"sqlite:///{tmp_path}/old.db")
        yield f"sqlite:///{tmp_path}/old.db"
        return
    server, name = request.getfixturevalue("postgres_server"), f"customer_graph_old_{uuid.uuid4().hex[:8]}"
    url = named(server, name)
    await on_server(server, f'CREATE DATABASE "{name}"')
    try:
        await first_version(url)
        yield url
    finally:
        await on_server(server, f'DROP DATABASE "{name}" WITH (FORCE)')


async def first_version(url: str) -> None:
    """The tables of 0001, and rows in them."""
    try:
        await run_migrations(config=config_of(read_address(url)), target=FIRST)
        for statement in (BEGIN_JOURNAL.format(epoch="e"), *ROWS):
            await Tortoise.get_connection("default").execute_script(statement)
    finally:
        await Tortoise.close_connections()


@pytest.mark.parametrize("old_url", ["sqlite", "postgres"], indirect=True)
async def test_who_was_there_is_found_and_sorted_after_migrating(old_url: str) -> None:
    database = await open_database(old_url, readers=1)
    with pytest.raises(OutOfDate, match="0002"):
        await check_tables(database)
    await database.close()
    await migrate(old_url)
    await migrate(old_url)
    async with on_stage(old_url) as stage:
        for text in ("luc example", "+48 123"):
            found = await stage.ask(f'{{ customers(search: "{text}") {{ nodes {{ id }} }} }}')
            assert found["customers"]["nodes"] == [{"id": "cust_1"}]
        found = await stage.ask("{ customers(orderBy: [{field: CHANGED, direction: DESC}]) { nodes { id } } }")
        assert [node["id"] for node in found["customers"]["nodes"]] == ["cust_1", "cust_2"]
