"""What may not be seen moves nothing: whatever becomes of it, each answer stays the same, byte for byte.

So it cannot be read, nor guessed from which rows are found, how they are sorted, grouped, counted or summed up.
Documents are drawn from the schema. A long run:

    GQL_APP_TEST_EXAMPLES=20000 pytest tests/sight/test_unmoved.py
"""

import os
from typing import Any

import msgspec
import pytest
from graphql import GraphQLSchema
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from gql_app.database import Database
from gql_app.schema.build import build_schema
from gql_app.schema.request import Request
from gql_app.viewers.viewer import Sight, Viewer
from tests.reads.documents import Pool, Question, questions
from tests.reads.telling import told
from tests.sight.asking import all_but
from tests.stage import Stage

EXAMPLES = int(os.environ.get("GQL_APP_TEST_EXAMPLES", "8"))
SCHEMA = build_schema()._schema
ADDRESS = ("city", "state", "line1", "line2", "country", "postal_code")
SUMMARY = ("orders_total_count", "orders_total_amount", "orders_last_order_amount", "redemptions_total_redeemed")
RAW = ("customer", "order", "order_item", "loyalty_campaign", "redemption", "referral", "consent", "segment")

ONCE = settings(
    max_examples=EXAMPLES,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)

MOVES: dict[str, tuple[str, ...]] = {
    "customers:read": tuple(
        f"DELETE FROM {table}"
        for table in (
            "customer",
            "loyalty_campaign",
            "consent",
            "customer_segment",
            "referral",
            "inbox",
            "customer_word",
        )
    ),
    "customers:pii": (
        "UPDATE customer SET name = 'moved '||id, email = NULL, phone = id, birthdate = '2001-01-01'",
        "UPDATE customer SET " + ", ".join(f"address_{part} = 'moved '||id" for part in ADDRESS),
        "DELETE FROM customer_word",
    ),
    "orders:read": (
        'DELETE FROM "order"',
        "DELETE FROM order_item",
        "DELETE FROM redemption",
        "UPDATE customer SET " + ", ".join(f"summary_{part} = length(id)" for part in SUMMARY),
        "UPDATE customer SET summary_orders_last_order_date = '2001-01-01T00:00:00.000Z'",
    ),
    "events:raw": (
        *(f"""UPDATE "{table}" SET unknown_fields = '{{"moved": 1}}'""" for table in RAW),
        "UPDATE inbox SET body = substr(body, 1, 0), is_strict = false",
    ),
}
HIDDEN = {
    "customers:read": ("",),
    "customers:pii": ("name", "email", "phone", "birthdate", "address."),
    "orders:read": ("orders.", "redemptions.", "summary."),
    "events:raw": ("unknownFields",),
}
"""How paths of changes begin or end that belong to it."""

FIXED = (
    "{ customers(first: 50) { nodes { id sourceId name loyalty { points } } totalCount { value } } }",
    "{ customers(orderBy: [{field: LOYALTY_POINTS}]) { edges { cursor } pageInfo { endCursor } } }",
    "{ customers(orderBy: [{field: NAME}]) { edges { cursor } } }",
    "{ customersAggregate(groupBy: [{loyaltyCampaign: true}]) { group { value } count ordersTotalAmount { sum } } }",
    "{ customersAggregate(groupBy: [{field: CITY}]) { group { value } count } }",
    '{ customers(search: "she") { totalCount { value } } }',
    '{ customer(by: {email: "it\'s"}) { id } }',
    '{ customer(by: {id: "cust_odd00"}) { activity(first: 50) { nodes { id type data } } unknownFields } }',
    "{ customers(first: 50) { nodes { id unknownFields loyalty { campaigns { unknownFields } } } } }",
    "{ orders(first: 50) { nodes { id unknownFields items { unknownFields } } } }",
    *(
        f'{{ customer(by: {{id: "cust_odd0{number}"}}) {{ unknownFields activity {{ nodes {{ id data }} }} }} }}'
        for number in range(1, 5)
    ),
    "{ customers(filter: {anyOrder: {}}) { totalCount { value } } }",
    "{ orders { nodes { id customerId customer { name } redemptions { nodes { id campaign { name } } } } } }",
    "{ campaigns { nodes { name type totals { members } } } }",
    "{ campaigns { nodes { name type } } }",
    '{ nodes(ids: ["ord_odd03", "r_odd5", "cust_odd00"]) { id } }',
)
CHANGES = "query($after: Cursor) { customerChanges(after: $after, first: 500) { items { cursor"
CHANGES += " ... on CustomerChange { kind customerId version changes { path before after } } } } }"


def documents(schema: GraphQLSchema, pool: Pool) -> list[Question]:
    """Documents drawn at random, the same in each run."""
    found: list[Question] = []

    @seed(1)
    @ONCE
    @given(data=st.data())
    def draw(data: st.DataObject) -> None:
        found.append(data.draw(questions(schema, pool)))

    draw()
    return [*found, *(Question(query, {}) for query in FIXED)]


async def payloads(stage: Stage, sight: Sight, asked: list[Question]) -> list[bytes]:
    """Every answer, as bytes."""
    viewer = Viewer(sight=sight)
    requests = (Request(one.query, one.variables, None, None, viewer=viewer) for one in asked)
    return [(await stage.parts.engine.answer(request)).payload for request in requests]


async def move(database: Database, scope: str) -> None:
    """Changes everything that needs the scope."""
    rows = await database.read("SELECT position, CAST(changes AS text) FROM journal", ())
    async with database.turn() as turn:
        for statement in MOVES[scope]:
            await turn.execute(statement)
        for position, said in rows:
            changes = [_moved(one, HIDDEN[scope]) for one in msgspec.json.decode(said)]
            text = msgspec.json.encode(changes).decode()
            await turn.execute("UPDATE journal SET changes = $2 WHERE position = $1", position, text)


def _moved(change: dict[str, Any], hidden: tuple[str, ...]) -> dict[str, Any]:
    is_hidden = any(change["path"].startswith(one) or change["path"].endswith(one) for one in hidden)
    return change | {"before": "moved", "after": "moved"} if is_hidden else change


@pytest.mark.parametrize("scope", MOVES)
async def test_what_may_not_be_seen_moves_nothing(stage: Stage, scope: str) -> None:
    asked, sight = documents(SCHEMA, await told(stage)), all_but(scope)
    epoch = (await stage.ask("{ mirror { cursor } }"))["mirror"]["cursor"].split(".")[0]
    for word, one in ((sight.word, asked), ("all", everything := list(asked))):
        one.append(Question(CHANGES, {"after": f"{epoch}.{word}.0"}))
    before, seen = await payloads(stage, sight, asked), await payloads(stage, Sight(), everything)
    await move(stage.parts.database, scope)
    after, moved = await payloads(stage, sight, asked), await payloads(stage, Sight(), everything)
    for question, one, other in zip(asked, before, after, strict=True):
        assert one == other, question
    assert sum(one != other for one, other in zip(seen, moved, strict=True)) > 5
    assert seen[-1] != moved[-1]
