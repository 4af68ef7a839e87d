"""What is left where something is hidden: all the rest, unchanged, and null in just the places that errors name.

Documents are drawn from the schema. A long run:

    GQL_APP_TEST_EXAMPLES=20000 pytest tests/sight/test_rest.py
"""

import os
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gql_app.schema.build import build_schema
from gql_app.schema.request import Request
from gql_app.viewers.viewer import SCOPES, Sight, Viewer
from tests.reads.documents import Pool, Question, questions
from tests.reads.sameness import decoded
from tests.reads.telling import told
from tests.sight.asking import all_but, bound, may, refused
from tests.stage import Stage

EXAMPLES = int(os.environ.get("GQL_APP_TEST_EXAMPLES", "12"))
SCHEMA = build_schema()._schema
SIGHTS = (
    *(all_but(scope) for scope in SCOPES),
    *(may(scope) for scope in SCOPES),
    may("customers:read", "orders:read"),
)
ELSEWHERE = re.compile(r"\bnodes?\(|\bviewer\b")
"""Questions to which others are told something else: who they are, and what there is of types they may not see."""

drawn = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink],
)


@pytest.fixture
async def pool(stage: Stage) -> Pool:
    """A mirror full of awkward rows."""
    return await told(stage)


async def answer(stage: Stage, sight: Sight, question: Question) -> dict[str, Any]:
    """The answer, its cursors as if everybody might see everything."""
    request = Request(question.query, question.variables, None, None, viewer=Viewer(sight=sight))
    payload = (await stage.parts.engine.answer(request)).payload
    said: dict[str, Any] = decoded(payload.replace(f".{sight.word}.".encode(), b".all."))
    return said


@drawn
@given(data=st.data())
async def test_everything_else_is_as_it_was(stage: Stage, pool: Pool, data: st.DataObject) -> None:
    question = data.draw(questions(SCHEMA, pool).filter(lambda one: not ELSEWHERE.search(one.query)))
    sight = data.draw(st.sampled_from(SIGHTS))
    whole, left = await answer(stage, Sight(), question), await answer(stage, sight, question)
    if "errors" in whole:
        return
    paths = [path for path, _ in refused(left)]
    missing = list(differences(left["data"], whole["data"], []))
    assert [path for path in missing if not any(one[: len(path)] == path for one in paths)] == [], (question, left)
    assert [path for path in paths if not is_null(left["data"], path)] == [], (question, left)


def differences(left: Any, whole: Any, path: list[str]) -> Any:
    """The places that are null in one and not in the other; fails where they differ in any other way."""
    if left is None and whole is not None:
        yield path
    elif isinstance(left, dict) and isinstance(whole, dict) and list(left) == list(whole):
        for key in left:
            yield from differences(left[key], whole[key], [*path, key])
    elif isinstance(left, list) and isinstance(whole, list) and len(left) == len(whole):
        for one, other in zip(left, whole, strict=True):
            yield from differences(one, other, [*path, "@"])
    else:
        assert left == whole, path


def is_null(value: Any, path: list[str]) -> bool:
    """Whether there is null at the path, or above it, in every element of every list on the way."""
    if value is None:
        return True
    if not path:
        return False
    if path[0] == "@":
        return all(is_null(one, path[1:]) for one in value)
    return is_null(value[path[0]], path[1:])


async def test_a_plan_serves_all_who_are_bound_alike(stage: Stage, pool: Pool) -> None:
    question = Question("{ customers { nodes { id } } }", {})
    planner = stage.parts.engine._planner
    known = len(planner.plans)
    for customer in pool.ids[:4]:
        found = (await answer(stage, bound(customer), question))["data"]["customers"]["nodes"]
        assert found == [{"id": customer}]
    assert len(planner.plans) == known + 1
