"""What scopes show and hide in one answer."""

from typing import Any

import pytest

from gql_app.viewers.viewer import SCOPES, Sight
from tests.reads.telling import told
from tests.sight.asking import all_but, answer, ask, may, refused
from tests.stage import Stage

WHO = '{ customer(by: {id: "cust_odd01"}) '


async def test_a_field_that_may_not_be_seen_is_null_and_said_to_be_refused(stage: Stage) -> None:
    await told(stage)
    said = await answer(stage, all_but("customers:pii"), WHO + "{ id name address { city } loyalty { points } } }")
    assert said["data"]["customer"]["id"] == "cust_odd01"
    assert said["data"]["customer"]["name"] is None
    assert said["data"]["customer"]["address"] is None
    assert said["data"]["customer"]["loyalty"]["points"] is not None
    assert refused(said) == [
        (["customer", "name"], ["customers:pii"]),
        (["customer", "address"], ["customers:pii"]),
    ]


async def test_each_place_in_the_answer_is_named_once_whatever_the_list_is_long(stage: Stage) -> None:
    await told(stage)
    query = "{ all: customers(first: 3) { nodes { id mail: email } edges { node { email } } } }"
    said = await answer(stage, all_but("customers:pii"), query)
    assert [node["mail"] for node in said["data"]["all"]["nodes"]] == [None, None, None]
    assert [path for path, _ in refused(said)] == [
        ["all", "nodes", "@", "mail"],
        ["all", "edges", "@", "node", "email"],
    ]


@pytest.mark.parametrize("deep", ["orders { nodes { id } }", "redemptions { nodes { id } }"])
async def test_what_must_not_be_null_makes_null_what_it_is_part_of(stage: Stage, deep: str) -> None:
    await told(stage)
    said = await answer(stage, all_but("orders:read"), WHO + f"{{ id {deep} }} mirror {{ healthy }} }}")
    assert said["data"] == {"customer": None, "mirror": {"healthy": True}}
    assert refused(said) == [(["customer", deep.split(maxsplit=1)[0]], ["orders:read"])]


async def test_a_list_whose_elements_cannot_be_null_becomes_null_with_all_above_it(stage: Stage) -> None:
    await told(stage)
    said = await answer(stage, all_but("orders:read"), "{ customers { nodes { orders { nodes { id } } } } }")
    assert said["data"] is None
    assert refused(said) == [(["customers", "nodes", "@", "orders"], ["orders:read"])]


async def test_who_may_see_nothing_is_told_what_they_are(stage: Stage) -> None:
    query = "{ __typename viewer { subject scopes limits { maxDepth } } }"
    found = await ask(stage, may(), query)
    assert found["viewer"] == {"subject": "somebody", "scopes": [], "limits": {"maxDepth": 20}}
    found = await ask(stage, may("mirror:read", "orders:read"), query)
    assert found["viewer"]["scopes"] == ["orders:read", "mirror:read"]


@pytest.mark.parametrize(
    ("query", "data"),
    [
        ("{ __schema { queryType { name } } viewer { subject } }", None),
        ('{ __type(name: "Query") { name } viewer { subject } }', {"__type": None, "viewer": {"subject": "somebody"}}),
        ('{ t: __type(name: "Query") { name } campaign { id } }', {"t": None, "campaign": None}),
        ("{ s: __schema { queryType { name } } campaign { id } }", None),
    ],
)
async def test_the_schema_is_for_those_who_may_read_it(stage: Stage, query: str, data: Any) -> None:
    said = await answer(stage, all_but("schema:read"), query)
    assert said["data"] == data
    assert ["schema:read"] in [error["extensions"].get("scopes") for error in said["errors"]]
    assert '"kind"' not in str(said)
    whole = await answer(stage, Sight(frozenset(SCOPES)), query)
    assert "Query" in str(whole["data"])


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("{ custome { id } }", {}),
        ('{ customers(filter: {emai: {eq: "x"}}) { nodes { id } } }', {}),
        ("query($f: CustomerFilter) { customers(filter: $f) { nodes { id } } }", {"f": {"emai": {"eq": "x"}}}),
    ],
)
async def test_only_those_who_may_read_the_schema_are_told_what_they_may_have_meant(
    stage: Stage, query: str, variables: dict[str, Any]
) -> None:
    assert "Did you mean" in str(await answer(stage, Sight(), query, **variables))
    said = await answer(stage, all_but("schema:read"), query, **variables)
    assert "errors" in said
    assert "Did you mean" not in str(said)


async def test_a_wrong_argument_elsewhere_changes_nothing_of_what_is_refused(stage: Stage) -> None:
    await told(stage)
    query = '{ campaign { id } customer(by: {id: "cust_odd01"}) { id name } }'
    said = await answer(stage, all_but("customers:pii"), query)
    assert said["data"] == {"campaign": None, "customer": {"id": "cust_odd01", "name": None}}
    codes = {error["extensions"]["code"]: error["path"] for error in said["errors"]}
    assert codes == {"BAD_USER_INPUT": ["campaign"], "FORBIDDEN": ["customer", "name"]}


async def test_a_node_of_a_type_that_may_not_be_seen_is_not_there(stage: Stage) -> None:
    await told(stage)
    sight = all_but("customers:read")
    query = "query($id: ID!) { node(id: $id) { id ... on Customer { sourceId } ... on Order { status } } }"
    said = await answer(stage, sight, query, id="cust_odd01")
    assert said["data"] == {"node": None}
    assert refused(said) == [(["node"], ["customers:read"])]
    assert (await answer(stage, sight, query, id="ord_odd03"))["data"]["node"]["status"] == "FULFILLED"
    assert await ask(stage, sight, '{ nodes(ids: ["cust_odd01", "ord_odd03"]) { id } }') == {
        "nodes": [None, {"id": "ord_odd03"}]
    }


ARGUMENTS = (
    ("customers:pii", 'customers(filter: {email: {eq: "x"}}) { nodes { id } }', "filter.email"),
    (
        "customers:pii",
        "customers(filter: {and: [{not: {name: {isNull: true}}}]}) { nodes { id } }",
        "filter.and.not.name",
    ),
    ("customers:pii", 'customers(filter: {country: {eq: "x"}}) { nodes { id } }', "filter.country"),
    ("customers:pii", 'customers(filter: {birthdate: {lt: "2000-01-01"}}) { nodes { id } }', "filter.birthdate"),
    ("customers:pii", "customers(orderBy: [{field: NAME}]) { nodes { id } }", "orderBy.NAME"),
    ("customers:pii", 'customers(search: "x") { nodes { id } }', "search"),
    ("customers:pii", 'customer(by: {email: "x"}) { id }', "by.email"),
    ("customers:pii", "customersAggregate(groupBy: [{field: CITY}]) { count }", "groupBy.field"),
    ("customers:pii", 'customerChanges(filter: {phone: {eq: "x"}}) { upToDate }', "filter.phone"),
    ("orders:read", "customers(filter: {anyOrder: {}}) { nodes { id } }", "filter.anyOrder"),
    ("orders:read", "customers(filter: {ordersTotalAmount: {gt: 1}}) { nodes { id } }", "filter.ordersTotalAmount"),
    ("orders:read", "customers(orderBy: [{field: LAST_ORDER_DATE}]) { nodes { id } }", "orderBy.LAST_ORDER_DATE"),
    ("orders:read", "customersAggregate { count ordersTotalAmount { sum } }", None),
)


@pytest.mark.parametrize(("scope", "query", "argument"), ARGUMENTS)
async def test_what_may_not_be_seen_may_not_be_looked_for(
    stage: Stage, scope: str, query: str, argument: str | None
) -> None:
    await told(stage)
    said = await answer(stage, all_but(scope), f"{{ it: {query} }}")
    (error,) = said["errors"]
    assert error["path"][0] == "it"
    assert error["extensions"] == {"code": "FORBIDDEN", "scopes": [scope]} | (
        {"argument": argument} if argument else {}
    )
    assert scope in error["message"]
    assert "errors" not in await answer(stage, Sight(), f"{{ it: {query} }}")


async def test_changes_say_nothing_of_fields_that_may_not_be_seen(stage: Stage) -> None:
    start = (await ask(stage, Sight(), "{ mirror { cursor } }"))["mirror"]["cursor"].rpartition(".")[0]
    await told(stage)
    query = "query($after: Cursor) { customerChanges(after: $after, first: 500) { items { ... on CustomerChange {"
    query += " changes { path before after } } } } }"
    found: dict[str, set[str]] = {}
    for name, sight in {"all": Sight(), "pii": all_but("customers:pii"), "orders": all_but("orders:read")}.items():
        page = (await ask(stage, sight, query, after=f"{start.split('.')[0]}.{sight.word}.0"))["customerChanges"]
        found[name] = {change["path"] for item in page["items"] for change in item["changes"]}
    hidden = found["all"] - found["pii"]
    assert {"name", "email", "address.city"} <= hidden
    assert {path.split(".")[0] for path in hidden} <= {"name", "email", "phone", "birthdate", "address"}
    hidden = found["all"] - found["orders"]
    assert {path.split(".")[0] for path in hidden} == {"orders", "redemptions", "summary"}
