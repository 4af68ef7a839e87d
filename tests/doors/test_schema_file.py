"""Who may read the schema as a file."""

import pytest

from gql_app.viewers.viewer import EVERY_SCOPE, Sight
from tests.stage import on_stage

from .conftest import at_table, new_key
from .entries import bearing


@pytest.mark.parametrize(("without", "status"), [("schema:read", 403), ("customers:pii", 200)])
async def test_the_schema_is_for_those_who_have_its_scope(without: str, status: int, database_url: str) -> None:
    async with at_table(database_url) as database:
        key = await new_key(database, Sight(EVERY_SCOPE - {without}))
    async with on_stage(database_url) as stage:
        response = await stage.client.get("/schema.graphql", headers=bearing(f"Bearer {key.key}"))
        assert response.status_code == status
        assert ("type Query" in response.text) == (status == 200)
        if status == 403:
            assert "schema:read" in response.json()["errors"][0]["message"]


async def test_a_hidden_schema_is_hidden_from_everyone(sqlite_url: str) -> None:
    async with on_stage(sqlite_url, introspection=False) as stage:
        response = await stage.client.get("/schema.graphql")
        assert response.status_code == 403
        assert "GQL_APP_INTROSPECTION" in response.text


async def test_the_schema_is_only_read(sqlite_url: str) -> None:
    async with on_stage(sqlite_url) as stage:
        assert (await stage.client.post("/schema.graphql")).headers["allow"] == "GET, HEAD"
        head = await stage.client.head("/schema.graphql")
        assert (head.status_code, head.content) == (200, b"")
