"""The deepest and widest questions fit the databases' parsers for who is bound, too."""

import pytest

from gql_app.viewers.viewer import Sight
from tests.reads.telling import fill, orders
from tests.reads.test_statements import DEEPEST, chain
from tests.sight.asking import ask, bound
from tests.stage import Stage

WIDE = " ".join(f"beside{number}: __typename also{number}: id" for number in range(40))
AT_ONCE = """query($filter: CustomerFilter) { customers(first: 2, search: "odd", filter: $filter,
    orderBy: [{field: LOYALTY_POINTS, direction: DESC}, {field: NAME}, {field: UPDATED_AT, nulls: FIRST}]) {
  totalCount { value }
  nodes { id orders(first: 2, orderBy: [{field: CREATED_AT}], filter: {not: {status: [PAID]}}) {
    nodes { id customer { id orders(first: 1) { nodes { items { price { amount } } } } } } } } } }"""
SIGHTS = (bound("cust_odd00"), bound("src_0", "source_id"))


@pytest.fixture
async def filled(stage: Stage) -> Stage:
    """One customer with many orders, among others."""
    await fill(stage, orders())
    named = {"id": "cust_odd00", "object": "customer", "name": "Odd One", "source_id": "src_0"}
    assert (await stage.post("customer.updated", {"customer": named})).status_code == 202
    return stage


@pytest.mark.parametrize("beside", ["", WIDE])
async def test_a_question_may_be_as_deep_as_any(filled: Stage, beside: str) -> None:
    levels = (DEEPEST - 2) // 3
    for sight in SIGHTS:
        assert await ask(filled, sight, chain(levels, beside)) == await ask(filled, Sight(), chain(levels, beside))


async def test_a_list_may_be_searched_filtered_and_sorted_at_once(filled: Stage) -> None:
    deep: dict[str, object] = {"createdAt": {"isNull": True}}
    for _ in range(2):
        deep = {"not": {"or": [{"not": {"and": [deep]}}, {"anyOrder": {"id": {"eq": "nobody's"}}}]}}
    for sight in SIGHTS:
        found = (await ask(filled, sight, AT_ONCE, filter=deep))["customers"]
        assert found["totalCount"] == {"value": 1}
        assert [node["id"] for node in found["nodes"]] == ["cust_odd00"]
