"""Rows that hold what their columns cannot: SQLite lets anybody write them."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from typing import Any

import pytest

from gql_app.database.sqlite import SqliteDatabase
from tests.reads.sameness import decoded
from tests.stage import Stage, on_stage

AT = "2024-02-01T10:42:59.594Z"
ANN = {
    "id": "cust_ann",
    "name": "Ann",
    "metadata": {"a": 1},
    "loyalty": {"points": 5},
    "address": {"city": "A"},
}
ORDER = {"id": "ord_1", "status": "PAID", "amount": 100, "metadata": {"a": 1}, "customer_id": "cust_ann"}


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[Stage]:
    """A customer and an order, on SQLite."""
    async with on_stage(sqlite_url) as stage:
        await stage.tell("customer.order.created", {"customer": {"id": "cust_ann"}, "order": ORDER}, AT)
        await stage.tell("customer.updated", {"customer": ANN}, AT)
        yield stage


def spoil(stage: Stage, table: str, column: str, value: Any) -> None:
    """Writes past the only writer."""
    database = stage.parts.database
    assert isinstance(database, SqliteDatabase)
    with closing(sqlite3.connect(database.path)) as connection, connection:
        connection.execute(f'UPDATE "{table}" SET "{column}" = ?', (value,))


async def answered(stage: Stage, query: str) -> dict[str, Any]:
    """The answer over HTTP, which must be well-formed whatever the rows hold."""
    response = await stage.client.post("/graphql", json={"query": query})
    assert response.status_code == 200
    said: dict[str, Any] = decoded(response.content)
    return said


BLOB = b"\x00\xff"
SPOILT = [
    ("customer", "loyalty_points", "many", "loyalty { points }"),
    ("customer", "loyalty_points", 1.5, "loyalty { points }"),
    ("customer", "version", "one", "version"),
    ("customer", "name", BLOB, "name"),
    ("customer", "source", BLOB, "freshness { source }"),
    ("customer", "created_at", BLOB, "createdAt"),
    ("customer", "metadata", "{not json", "metadata { key }"),
    ("customer", "metadata", "{not json", 'metadata(keys: ["a"]) { value }'),
    ("customer", "metadata", "{not json", 'metadatum(key: "a")'),
    ("customer", "metadata", '{"a": "raw\nnewline"}', 'metadatum(key: "a")'),
    ("customer", "unknown_fields", "}", "unknownFields"),
    ("order", "amount", "free", "orders { nodes { amount { amount } } }"),
    ("order", "amount", "free", "orders { nodes { amount { minorUnits currency } } }"),
    ("order", "status", "WEIRD", "orders { edges { node { status } } }"),
    ("order", "metadata", "[1,", "orders { nodes { metadata { value } } }"),
]


@pytest.mark.parametrize(("table", "column", "value", "field"), SPOILT)
async def test_a_bad_row_makes_its_root_field_null_and_says_so(
    stage: Stage, table: str, column: str, value: Any, field: str
) -> None:
    spoil(stage, table, column, value)
    query = f'{{ healthy: mirror {{ healthy }} customer(by: {{id: "cust_ann"}}) {{ id {field} }} }}'
    answer = await answered(stage, query)
    assert answer["data"] == {"healthy": {"healthy": True}, "customer": None}
    (error,) = answer["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["customer"], "INTERNAL_SERVER_ERROR")
    assert str(value) not in error["message"]


async def test_a_bad_row_beneath_a_field_that_is_never_null_makes_data_null(stage: Stage) -> None:
    spoil(stage, "customer", "version", "one")
    answer = await answered(stage, "{ customers { nodes { version } } mirror { healthy } }")
    assert answer["data"] is None
    assert [error["path"] for error in answer["errors"]] == [["customers"]]


async def test_what_does_not_touch_the_bad_value_is_answered(stage: Stage) -> None:
    spoil(stage, "customer", "metadata", "{not json")
    answer = await answered(stage, "{ customers { nodes { id name orders { nodes { id } } } } }")
    assert answer["data"]["customers"]["nodes"] == [
        {"id": "cust_ann", "name": "Ann", "orders": {"nodes": [{"id": "ord_1"}]}}
    ]


@pytest.mark.parametrize("text", ['","id":"other', "back\\slash\\", "\x01", "line\nfeed", "'"])
async def test_an_id_is_quoted_even_if_nobody_may_write_such_a_one(stage: Stage, text: str) -> None:
    spoil(stage, "order", "customer_id", text)
    answer = await answered(stage, "{ orders { nodes { customerId } } }")
    assert answer == {"data": {"orders": {"nodes": [{"customerId": text}]}}}


async def test_what_was_not_understood_is_shown_without_data(stage: Stage) -> None:
    bodies = [b"\xff\xfe", b'{"customer": 5, "event": null}', b"[" * 200]
    for body in bodies:
        await stage.client.post("/webhooks/voucherify/customer.updated", content=body)
    found = await stage.ask('{ nodes(ids: ["act_2", "act_3", "act_4", "act_5"]) { ... on Activity { type data } } }')
    assert [one["data"] is None for one in found["nodes"]] == [False, True, True, True]


async def test_a_body_without_an_envelope_is_shown_as_it_came(stage: Stage) -> None:
    data = {"customer": {"id": "cust_ann"}, "event": {"type": "x"}}
    await stage.post("customer.custom_event", data)
    query = '{ customer(by: {id: "cust_ann"}) { activity(first: 1) { nodes { data } } } }'
    assert (await stage.ask(query))["customer"]["activity"]["nodes"] == [{"data": data}]


async def test_a_question_about_text_that_cannot_be_stored_finds_nothing(stage: Stage) -> None:
    query = "query($t: String!, $i: ID!) { order(id: $i) { id } customer(by: {sourceId: $t}) { id } }"
    assert await stage.ask(query, t="\x00", i="ord_1\x00") == {"order": None, "customer": None}


async def test_many_bad_rows_at_once_do_not_stop_the_others(stage: Stage) -> None:
    spoil(stage, "customer", "version", "one")
    asked = [answered(stage, f"{{ customers {{ nodes {{ {name} }} }} }}") for name in ("version", "name") * 10]
    found = await asyncio.gather(*asked)
    assert [answer["data"] is None for answer in found] == [True, False] * 10
    assert json.dumps(found[1]["data"]) == '{"customers": {"nodes": [{"name": "Ann"}]}}'
