"""The compiled path and plain graphql-core execution over the same rows agree on every query.

Documents are drawn from the schema. A long run:

    GQL_APP_TEST_EXAMPLES=20000 pytest tests/reads/test_equivalence.py
"""

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gql_app.schema.build import build_schema, printed
from gql_app.schema.request import Request
from tests.reads.documents import Pool, Question, questions
from tests.reads.oracle import Oracle
from tests.reads.rows import load
from tests.reads.sameness import decoded, disagreement
from tests.reads.telling import told
from tests.stage import Stage

EXAMPLES = int(os.environ.get("GQL_APP_TEST_EXAMPLES", "100"))

drawn = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
)


class Both:
    """The product and the oracle, over the same rows."""

    def __init__(self, stage: Stage, oracle: Oracle, pool: Pool) -> None:
        self.stage, self.oracle, self.pool = stage, oracle, pool

    async def direct(self, question: Question) -> dict[str, Any]:
        """The product's answer, without HTTP."""
        request = Request(question.query, question.variables, None, None)
        answer = await self.stage.parts.engine.answer(request)
        said: dict[str, Any] = decoded(answer.payload)
        return said

    async def over_http(self, question: Question) -> dict[str, Any]:
        """The product's answer as a client gets it."""
        body = {"query": question.query, "variables": question.variables}
        said: dict[str, Any] = decoded((await self.stage.client.post("/graphql", json=body)).content)
        return said

    def agree(self, question: Question, said: dict[str, Any]) -> None:
        """Fails where the answer is not what it must be."""
        found = disagreement(said, self.oracle.answer(question.query, question.variables))
        assert found is None, f"{found}\n{question.query}\n{question.variables}"


@pytest.fixture
async def both(stage: Stage, database_url: str) -> Both:
    """A mirror full of awkward rows."""
    pool = await told(stage)
    return Both(stage, Oracle(printed(build_schema()), await load(database_url)), pool)


ONCE_WRONG = (
    Question("{ customers { totalCount { __typename } } }", {}),
    Question("{ campaigns { nodes { totals { __typename } } } }", {}),
    Question('query($x: Boolean = true) { node(id: "cust_odd00") { id @include(if: $x) } }', {"x": None}),
    Question("query($x: Boolean = true) { viewer { subject @skip(if: true) @include(if: $x) } }", {"x": None}),
    Question('query($x: ID = "ord_odd03") { order(id: $x) { id } }', {"x": None}),
    Question('query($x: ID = "ord_odd03") { nodes(ids: ["act_1", $x]) { id } }', {"x": None}),
    Question("query($n: Int) { orders(first: $n, last: $n) { nodes { id } } }", {"n": 20}),
    Question(
        'query($n: Int) { customer(by: {id: "cust_odd00"}) { orders(first: $n, last: 2) { nodes { id } } } }',
        {},
    ),
    Question('{ customer(by: {id: "cust_odd00"}) { orders(first: 20, last: 2) { nodes { id } } } }', {}),
    Question('{ customer(by: {id: "cust_odd00"}) { activity(after: "696e626f783a2d2d35") { nodes { id } } } }', {}),
    Question('{ customer(by: {id: "cust_odd00"}) { activity(after: "696e626f783ac2b2") { nodes { id } } } }', {}),
    Question('{ customer(by: {id: "cust_odd00"}) { activity { nodes { type data } } } }', {}),
    Question("query($k: String!) { customer(by: {sourceId: $k}) { metadatum(key: $k) } }", {"k": "\0"}),
    Question(
        'query($k: [String!]) { node(id: "cust_odd00") { ... on Customer { metadata(keys: $k) { key } } } }',
        {"k": ["a", "\0", "a.b"]},
    ),
    Question('{ customersAggregate(groupBy: [{metadataPath: "odd"}]) { count } }', {}),
)


async def test_what_was_once_answered_wrong_is_right(both: Both) -> None:
    for question in ONCE_WRONG:
        both.agree(question, await both.direct(question))


@drawn
@given(data=st.data())
async def test_the_product_answers_as_plain_execution_over_the_same_rows_would(both: Both, data: st.DataObject) -> None:
    question = data.draw(questions(both.oracle.schema, both.pool))
    both.agree(question, await both.direct(question))


@settings(drawn, max_examples=max(EXAMPLES // 10, 1))
@given(data=st.data())
async def test_the_answer_over_http_is_the_same(both: Both, data: st.DataObject) -> None:
    question = data.draw(questions(both.oracle.schema, both.pool))
    both.agree(question, await both.over_http(question))


@settings(drawn, max_examples=max(EXAMPLES // 5, 1))
@given(data=st.data())
async def test_next_to_introspection_every_field_says_the_same(both: Both, data: st.DataObject) -> None:
    question = data.draw(questions(both.oracle.schema, both.pool))
    body = question.query.removeprefix(question.head).removeprefix(" {")
    asked = Question(f"{question.head} {{ schema_: __schema {{ queryType {{ name }} }} {body}", question.variables)
    both.agree(asked, await both.direct(asked))
