"""Every error has a code to go by, and says where in the document it stands."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.schema.asking import over_socket, posted
from tests.sight.asking import all_but, answer
from tests.stage import Stage, on_stage

WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "not GraphQL": ({"query": "{ customers("}, "GRAPHQL_PARSE_FAILED"),
    "unknown field": ({"query": "{ nobody }"}, "GRAPHQL_VALIDATION_FAILED"),
    "fields that cannot be merged": (
        {"query": "{ a: orders { x: __typename } a: tiers { id } }"},
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "no operation": ({"query": "fragment F on Query { __typename }"}, "GRAPHQL_VALIDATION_FAILED"),
    "which operation": ({"query": "query A { __typename } query B { __typename }"}, "OPERATION_RESOLUTION_FAILURE"),
    "a variable's type": (
        {"query": "query($n: Int!) { customers(first: $n) { nodes { id } } }", "variables": {"n": "x"}},
        "BAD_USER_INPUT",
    ),
    "an argument's value": ({"query": "{ campaign { id } }"}, "BAD_USER_INPUT"),
}


@pytest.fixture
async def calm(sqlite_url: str) -> AsyncIterator[Stage]:
    async with on_stage(sqlite_url) as stage:
        yield stage


@pytest.mark.parametrize(("said", "code"), WRONG.values(), ids=WRONG)
async def test_what_is_wrong_has_a_code(calm: Stage, said: dict[str, Any], code: str) -> None:
    assert {error["extensions"]["code"] for error in (await posted(calm, **said))["errors"]} == {code}
    message = await over_socket(calm, **said)
    errors = message["payload"] if message["type"] == "error" else message["payload"]["errors"]
    assert {error["extensions"]["code"] for error in errors} == {code}


async def test_a_refused_field_says_where_it_stands(calm: Stage) -> None:
    query = "{ customers {\n  nodes { id email }\n} }"
    [error] = (await answer(calm, all_but("customers:pii"), query))["errors"]
    assert error["locations"] == [{"line": 2, "column": 14}]
