"""What one request may ask: everything has a limit, and whoever meets it is told which."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.schema.asking import code_of, over_socket, posted
from tests.stage import Stage, on_stage

BY_ID = 'customer(by: {id: "x"})'
FRAGMENT = "fragment F on Query { a: __typename @skip(if: false) } "

CASES: dict[str, tuple[int, str, str]] = {
    "document_length": (20, "{ __typename }", "{ __typename         }"),
    "tokens": (4, "{ __typename }", "{ __typename __typename __typename }"),
    "operations": (1, "{ __typename }", "query A { __typename } query B { __typename }"),
    "depth": (2, f"{{ {BY_ID} {{ id }} }}", f"{{ {BY_ID} {{ address {{ city }} }} }}"),
    "root_fields": (1, "{ __typename }", "{ __typename ... { mirror { healthy } } }"),
    "fields": (5, "{ __typename ...F ...F } " + FRAGMENT, "{ __typename ...F ...F ...F } " + FRAGMENT),
    "aliases": (2, "{ ...F ...F } " + FRAGMENT, "{ ...F ...F ...F } " + FRAGMENT),
    "directives": (2, "{ ...F ...F } " + FRAGMENT, "{ ...F ...F @skip(if: false) } " + FRAGMENT),
    "duplicates": (1, "{ __typename __typename }", "{ __typename __typename __typename }"),
    "values": (3, '{ nodes(ids: ["a", "b"]) { id } }', '{ nodes(ids: ["a", "b", "c"]) { id } }'),
    "input_depth": (1, '{ nodes(ids: ["a"]) { id } }', '{ nodes(ids: [["a"]]) { id } }'),
    "cost": (40, "{ orders(first: 40) { nodes { id } } }", "{ orders(first: 41) { nodes { id } } }"),
}


@pytest.fixture
async def calm(sqlite_url: str) -> AsyncIterator[Stage]:
    async with on_stage(sqlite_url) as stage:
        yield stage


@pytest.mark.parametrize(("name", "case"), CASES.items(), ids=CASES)
async def test_each_limit_is_met_by_name_on_every_door(sqlite_url: str, name: str, case: tuple[int, str, str]) -> None:
    most, allowed, refused = case
    async with on_stage(sqlite_url, **{f"max_{name}": most}) as stage:
        assert "data" in await posted(stage, query=allowed)
        said, heard = await posted(stage, query=refused), await over_socket(stage, query=refused)
    assert list(said) == ["errors"]
    assert heard["type"] == "error"
    for [error] in (said["errors"], heard["payload"]):
        setting, told = f"GQL_APP_MAX_{name.upper()}", error["extensions"]
        assert told | {"value": 0} == dict(code="LIMIT_EXCEEDED", limit=name, value=0, maximum=most, setting=setting)
        assert told["value"] > most
        assert f"{most} is the most ({setting})" in error["message"]


async def test_variables_count_like_literals(sqlite_url: str) -> None:
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    async with on_stage(sqlite_url, max_values=5, max_input_depth=3) as stage:
        assert code_of(await posted(stage, query=query, variables={"ids": ["a"] * 5})) == "LIMIT_EXCEEDED"
        assert code_of(await posted(stage, query=query, variables={"ids": [[[["a"]]]]})) == "LIMIT_EXCEEDED"
        assert "data" in await posted(stage, query=query, variables={"ids": ["a"] * 4})


COSTS: list[tuple[str, dict[str, Any], int]] = [
    ("{ __typename viewer { subject } }", {}, 0),
    (f"{{ {BY_ID} {{ name loyalty {{ points }} }} }}", {}, 1),
    (f"{{ {BY_ID} {{ segments {{ id }} }} }}", {}, 11),
    ("{ customers { nodes { id } } }", {}, 20),
    ("{ customers(first: 10) { edges { node { orders(first: 5) { nodes { id } } } } } }", {}, 60),
    ("query ($n: Int) { customers(last: $n) { nodes { id } } }", {"n": 7}, 7),
    ("query ($n: Int = 3) { customers(first: $n) { nodes { id } } }", {}, 3),
    ("{ customers(first: 0) { totalCount { value } } }", {}, 100),
    ("{ customers(first: 0) { totalCount(cap: 500) { value } } }", {}, 5),
    (
        "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Order { items { price { amount } } } id } }",
        {"ids": ["a"] * 3},
        33,
    ),
    ('query ($id: ID!) { nodes(ids: ["a", $id]) { id } }', {"id": "b"}, 2),
    ("{ customers(first: 2) @skip(if: true) { nodes { id } } mirror { healthy } }", {}, 1),
]


@pytest.mark.parametrize(("query", "variables", "rows"), COSTS, ids=lambda part: str(part)[:60])
async def test_a_question_is_told_what_it_costs_where_it_asks(
    calm: Stage, query: str, variables: dict[str, Any], rows: int
) -> None:
    body = {"query": query, "variables": variables, "extensions": {"cost": True}}
    said, heard = await posted(calm, **body), await over_socket(calm, **body)
    assert said["extensions"] == heard["payload"]["extensions"] == {"cost": {"requested": rows, "maximum": 200_000}}


async def test_nobody_is_told_who_did_not_ask(calm: Stage) -> None:
    assert list(await posted(calm, query="{ __typename }")) == ["data"]


async def test_introspection_costs_and_is_told_so(calm: Stage) -> None:
    query = "{ __schema { types { fields { args { name } } } } viewer { limits { maxCost } } }"
    said = await posted(calm, query=query, extensions={"cost": True})
    assert said["extensions"]["cost"]["requested"] > 1000
    assert said["data"]["viewer"] == {"limits": {"maxCost": 200_000}}


async def test_a_subscription_may_not_cost_more_either(sqlite_url: str) -> None:
    query = f"subscription {{ {BY_ID} {{ orders(first: 50) {{ nodes {{ id }} }} }} }}"
    async with on_stage(sqlite_url, max_cost=50) as stage:
        heard = await over_socket(stage, query=query)
    assert heard["payload"][0]["extensions"]["limit"] == "cost"


async def test_what_is_wrong_beside_it_lets_nothing_through(sqlite_url: str) -> None:
    query = 'query ($x: ID = "b") { node(id: $x) { id } orders(first: 60) { nodes { id } } }'
    async with on_stage(sqlite_url, max_cost=50) as stage:
        said = await posted(stage, query=query, variables={"x": None})
    assert "LIMIT_EXCEEDED" in str(said)
    assert said["data"] is None


async def test_the_viewer_knows_what_it_may_ask(calm: Stage) -> None:
    query = "{ viewer { __typename subject scopes limits { maxDepth maxPageSize costPerMinute maxSubscriptions } } }"
    viewer = (await calm.ask(query))["viewer"]
    limits = {"maxDepth": 20, "maxPageSize": 500, "costPerMinute": 2**31 - 1, "maxSubscriptions": 100}
    assert (viewer["__typename"], viewer["subject"], viewer["limits"]) == ("Viewer", None, limits)
    assert "customers:read" in viewer["scopes"]


async def test_five_errors_are_enough(calm: Stage) -> None:
    assert len((await posted(calm, query="{ a b c d e f g h }"))["errors"]) == 5


@pytest.mark.parametrize("digits", [500, 5000])
async def test_a_number_nobody_can_keep_is_the_client_s_mistake(calm: Stage, digits: int) -> None:
    said = await posted(calm, query=f"{{ orders(first: {'9' * digits}) {{ nodes {{ id }} }} }}")
    assert "digits" in said["errors"][0]["message"]


async def test_a_mistake_is_not_quoted_at_length(calm: Stage) -> None:
    said = await posted(calm, query=f"{{ {'a' * 50_000} }}")
    assert len(said["errors"][0]["message"]) < 1100


async def test_a_fragment_within_itself_is_named(calm: Stage) -> None:
    said = await posted(calm, query="{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }")
    assert "`A`" in said["errors"][0]["message"]
