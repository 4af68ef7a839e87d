"""Who may see the schema: everyone, or nobody where its keeper says so."""

import pytest

from tests.schema.asking import posted
from tests.stage import on_stage

INTROSPECTION = "{ __schema { queryType { name } } }"
GUESSES = [
    "{ custome { id } }",
    "{ customers(firs: 1) { nodes { id } } }",
    "query ($a: Custome) { __typename }",
    "{ node(id: 1) { ... on Custome { id } } }",
    "query ($by: CustomerRef!) { customer(by: $by) { id } }",
    '{ customer(by: {idd: "a"}) { id } }',
]


async def test_the_schema_is_shown_unless_the_keeper_says_otherwise(sqlite_url: str) -> None:
    async with on_stage(sqlite_url) as stage:
        assert (await stage.ask(INTROSPECTION))["__schema"] == {"queryType": {"name": "Query"}}
        assert "type Query" in (await stage.client.get("/schema.graphql")).text
        assert "Did you mean" in str(await posted(stage, query=GUESSES[0]))


async def test_where_it_is_hidden_nothing_gives_it_away(sqlite_url: str) -> None:
    async with on_stage(sqlite_url, introspection=False) as stage:
        for query in (INTROSPECTION, '{ __type(name: "Customer") { name } }'):
            said = await posted(stage, query=query)
            assert "introspection has been disabled" in said["errors"][0]["message"]
        response = await stage.client.get("/schema.graphql")
        assert (response.status_code, "type " in response.text) == (403, False)
        assert await stage.ask("{ __typename }") == {"__typename": "Query"}


@pytest.mark.parametrize("query", GUESSES)
async def test_where_it_is_hidden_a_wrong_guess_is_not_put_right(sqlite_url: str, query: str) -> None:
    async with on_stage(sqlite_url, introspection=False) as stage:
        said = await posted(stage, query=query, variables={"by": {"idd": "a"}})
    assert said["errors"]
    assert "Did you mean" not in str(said)
