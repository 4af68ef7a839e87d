"""Who is bound to a customer is answered as a mirror would that has nobody else.

Documents are drawn from the schema. A long run:

    GQL_APP_TEST_EXAMPLES=20000 pytest tests/sight/test_alone.py
"""

import os
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import models
from gql_app.errors import MirrorError
from gql_app.reads.fence import EVERY, KEPT, rules
from gql_app.reads.sql import Statement
from gql_app.schema.build import build_schema, printed
from gql_app.schema.request import Request
from gql_app.viewers.viewer import Bound, Sight, Viewer
from models.base import Beneath, Model
from tests.reads.documents import Pool, Question, questions
from tests.reads.oracle import Oracle
from tests.reads.rows import load
from tests.reads.sameness import decoded, disagreement
from tests.reads.telling import told
from tests.sight.alone import alone
from tests.stage import Stage

EXAMPLES = int(os.environ.get("GQL_APP_TEST_EXAMPLES", "12"))
BOUNDS = (
    *(Bound("id", "cust_odd00"), Bound("id", "cust_odd01"), Bound("source_id", "src_0"), Bound("source_id", "src_1")),
    *(
        Bound("id", "cust_gone"),
        Bound("source_id", "src_gone"),
        Bound("id", "nobody"),
        Bound("source_id", "\0' OR 1=1"),
    ),
)

drawn = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
)


class Alone:
    """The product asked by who is bound, and for each of them an oracle that knows nobody else."""

    def __init__(self, stage: Stage, oracles: dict[Bound, Oracle], pool: Pool) -> None:
        self.stage, self.oracles, self.pool = stage, oracles, pool
        self.schema = oracles[BOUNDS[0]].schema

    async def answer(self, question: Question, bound: Bound) -> dict[str, Any]:
        """The product's answer, its cursors as if everybody might see everything."""
        viewer = Viewer(sight=Sight(bound=bound))
        answer = await self.stage.parts.engine.answer(request(question, viewer))
        said: dict[str, Any] = decoded(answer.payload.replace(f".{viewer.sight.word}.".encode(), b".all."))
        return said

    async def agree(self, question: Question, bound: Bound) -> None:
        """Fails where the answer is not what it must be."""
        said, expected = (
            await self.answer(question, bound),
            self.oracles[bound].answer(question.query, question.variables),
        )
        found = disagreement(said, expected)
        assert found is None, f"{found}\n{bound}\n{question.query}\n{question.variables}"


def request(question: Question, viewer: Viewer) -> Request:
    """The question, asked by somebody."""
    return Request(question.query, question.variables, None, None, viewer=viewer)


@pytest.fixture
async def mirror(stage: Stage, database_url: str) -> Alone:
    """A mirror full of awkward rows."""
    pool = await told(stage)
    tables, schema = await load(database_url), printed(build_schema())
    return Alone(stage, {bound: Oracle(schema, alone(tables, bound)) for bound in BOUNDS}, pool)


REFERRED = "customers { nodes { id } totalCount { value } } orders { nodes { id referrer { id } customer { id } } }"
REFERRALS = "referred { nodes { id } } referrals { campaigns { referrer { id } } }"
EVERYWHERE = (
    Question(f"{{ {REFERRED} }}", {}),
    Question("{ customersAggregate(groupBy: [{loyaltyCampaign: true}]) { group { value } count } }", {}),
    Question("{ campaigns { nodes { name totals { members points } members { edges { customer { id } } } } } }", {}),
    Question('{ customers(search: "src") { nodes { sourceId } totalCount { value } } }', {}),
    Question('{ nodes(ids: ["cust_odd00", "cust_odd01", "ord_odd03", "camp_odd", "act_9", "r_odd5"]) { id } }', {}),
    Question(
        '{ customer(by: {sourceId: "src_0"}) {' + REFERRALS + " } }",
        {},
    ),
    Question('{ customer(by: {email: "shared@example.test"}) { id } }', {}),
    Question("{ customers(orderBy: [{field: NAME}], first: 2) { edges { cursor } pageInfo { hasNextPage } } }", {}),
)


async def test_nobody_else_is_found_wherever_they_might_be(mirror: Alone) -> None:
    for bound in BOUNDS:
        for question in EVERYWHERE:
            await mirror.agree(question, bound)


@drawn
@given(data=st.data())
async def test_the_answer_is_that_of_a_mirror_with_nobody_else(mirror: Alone, data: st.DataObject) -> None:
    question = data.draw(questions(mirror.schema, mirror.pool))
    await mirror.agree(question, data.draw(st.sampled_from(BOUNDS)))


def every_model() -> list[type[Model]]:
    known = (getattr(models, name) for name in models.__all__)
    return [one for one in known if issubclass(one, Model)]


def test_every_table_has_a_rule() -> None:
    tables = {model._meta.db_table for model in every_model()}
    assert set(rules()) == tables
    assert [one for one in every_model() if one not in KEPT and not issubclass(one, Beneath)] == []
    assert [table for table, kept in rules().items() if kept == EVERY] == ["mirror_state"]


TABLES = "|".join(table for table, kept in rules().items() if kept != EVERY)
NAMED = re.compile(rf'(?:FROM|JOIN)\s+(?:\w+\.)?"?({TABLES})"?\b')
VIEW = re.compile(r'(?:"(\w+)" AS NOT MATERIALIZED|who AS MATERIALIZED) \(')


@settings(drawn, max_examples=EXAMPLES // 2)
@given(data=st.data())
async def test_no_statement_names_a_table_that_is_not_behind_a_view(mirror: Alone, data: st.DataObject) -> None:
    question = data.draw(questions(mirror.schema, mirror.pool))
    viewer = Viewer(sight=Sight(bound=data.draw(st.sampled_from(BOUNDS))))
    planner = mirror.stage.parts.engine._planner
    try:
        plan = planner.plan(planner.asked(request(question, viewer)))
    except MirrorError:
        return
    for _, source in plan.fields or ():
        if isinstance(source, Statement):
            assert bare(source.sql) == [], source.sql


def bare(sql: str) -> list[str]:
    """Tables that the statement names without having put them behind a view of their name first."""
    said, behind = re.sub(r"'(?:[^']|'')*'", "''", sql), set()
    while view := VIEW.search(said):
        behind.add(view[1])
        said = said[: view.start()] + said[closing(said, view.end()) :]
    return [found[0] for found in NAMED.finditer(said) if found[1] not in behind]


def closing(text: str, start: int) -> int:
    """Where the bracket ends that was opened just before."""
    depth = 1
    while depth:
        depth += {"(": 1, ")": -1}.get(text[start], 0)
        start += 1
    return start


def test_a_table_that_is_named_is_noticed() -> None:
    fence = '"order" AS NOT MATERIALIZED (SELECT * FROM main."order" WHERE customer_id=(SELECT id FROM customer))'
    assert bare(f'WITH {fence} SELECT 1 FROM "order" t1 WHERE x IN (SELECT id FROM customer c)') == ["FROM customer"]
    assert bare(f'WITH {fence} SELECT 1 FROM "order" t1') == []


async def test_an_order_that_moves_takes_its_lines_along(stage: Stage) -> None:
    def told(customer: str, **more: Any) -> dict[str, Any]:
        return {"customer": {"id": customer}, "order": {"id": "ord_1", "customer_id": customer} | more}

    items = [{"product_id": "prod_1", "quantity": 2}]
    await stage.tell("customer.order.created", told("cust_a", items=items), "2024-02-01T10:00:00.000Z")
    await stage.tell("customer.order.updated", told("cust_b"), "2024-02-01T11:00:00.000Z")
    asked = "{ orders { nodes { items { productId } } } }"
    found = {}
    for customer in ("cust_a", "cust_b"):
        viewer = Viewer(sight=Sight(bound=Bound("id", customer)))
        answer = decoded((await stage.parts.engine.answer(Request(asked, None, None, None, viewer=viewer))).payload)
        found[customer] = answer["data"]["orders"]["nodes"]
    assert found == {"cust_a": [], "cust_b": [{"items": [{"productId": "prod_1"}]}]}
