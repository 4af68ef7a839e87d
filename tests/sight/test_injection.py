"""Whatever text is written into whatever argument: the answer is right or a clear error, and about nobody else.

Every string in every place:

    GQL_APP_TEST_STRINGS=all pytest tests/sight/test_injection.py
"""

import json
import os
from typing import Any

import pytest

from gql_app.schema.build import build_schema, printed
from gql_app.schema.request import Request
from gql_app.viewers.viewer import Bound, Sight, Viewer
from tests.reads.oracle import Oracle
from tests.reads.rows import load
from tests.reads.sameness import decoded, disagreement
from tests.reads.telling import told
from tests.sight.alone import alone
from tests.sight.paths import AFTER
from tests.sight.spots import filled, openings
from tests.stage import Stage

SCHEMA = build_schema()._schema
STRINGS = (
    *("' OR 1=1 --", "'", "''", '"', '") OR ("1"="1', "'; DROP TABLE customer; --", "x' UNION SELECT 1 FROM inbox --"),
    *(
        "$1",
        "$1::text",
        "?1",
        ":name",
        "@customer",
        "@scope",
        "%",
        "_",
        "%s",
        "%%",
        "{inner}",
        "{who}",
        "{scope}",
        "{0}",
    ),
    *(
        "$.a",
        "$",
        "$[0]",
        "$.*",
        "a.b",
        "..",
        ".",
        "[0]",
        'a"b',
        '"$."',
        "a\\.b",
        "\\",
        "\\\\",
        "\\'",
        "E'\\x27'",
        "\\u0000",
    ),
    *(
        "\x00",
        "a\x00b",
        "\x01",
        "\x1f\x7f",
        "\ud800",
        "a\udfffb",
        "\ufdd0\ufdd1",
        "\ufeff",
        "😀",
        "\u202e",
        "NULL",
        "null",
    ),
    *("", " ", "\n", "--", "/*", "*/", "act_1", "act_1 OR 1", "act_99999999999999999999", "cust_odd01", "src_0"),
    *("x" * 70_000, "'" * 5_000, "(" * 5_000, "a." * 5_000, "é" * 3_000),
)
EACH = len(STRINGS) if os.environ.get("GQL_APP_TEST_STRINGS") == "all" else 1
"""How many strings a place is tried with; over all places each comes often."""

CLEAR = {"BAD_USER_INPUT", "BAD_CURSOR", "GRAPHQL_VALIDATION_FAILED"}
"""Codes of what a client can mend."""

BOUND = Bound("id", "cust_odd00")
VIEWERS = (Viewer(), Viewer(sight=Sight(bound=BOUND)))
OPENINGS = tuple(openings(SCHEMA))


@pytest.fixture
async def oracles(stage: Stage, database_url: str) -> tuple[Oracle, Oracle]:
    """For who sees everybody, and for who sees one customer."""
    await told(stage)
    tables, text = await load(database_url), printed(build_schema())
    return Oracle(text, tables), Oracle(text, alone(tables, BOUND))


def tries() -> Any:
    """Places, each with its share of the strings."""
    for number, (_, place, value, query) in enumerate(OPENINGS):
        for step in range(EACH):
            yield place, query, filled(value, STRINGS[(number * EACH + step) % len(STRINGS)])


async def asked(stage: Stage, viewer: Viewer, query: str, value: Any) -> dict[str, Any]:
    """The answer, its cursors as if everybody might see everything."""
    request = Request(query, {"it": value}, None, None, viewer=viewer)
    answer = await stage.parts.engine.answer(request)
    said: dict[str, Any] = decoded(answer.payload.replace(f".{viewer.sight.word}.".encode(), b".all."))
    return said


async def test_no_text_in_any_argument_is_more_than_text(stage: Stage, oracles: tuple[Oracle, Oracle]) -> None:
    epoch = (await asked(stage, Viewer(), "{ mirror { cursor } }", None))["data"]["mirror"]["cursor"].split(".")[0]
    for place, query, value in tries():
        for viewer, oracle in zip(VIEWERS, oracles, strict=True):
            said = await asked(stage, viewer, query.replace(AFTER, f"{epoch}.{viewer.sight.word}.0"), value)
            codes = {error.get("extensions", {}).get("code") for error in said.get("errors", ())}
            assert codes <= CLEAR, (place, value, said)
            if "data" not in said:
                continue
            if "customerChanges" not in query:
                found = disagreement(said, oracle.answer(query, {"it": value}))
                assert found is None, (place, str(value)[:300], found, query)
            elif viewer.sight.bound:
                assert "cust_odd01" not in json.dumps(said.get("data")), (place, value)
    assert len({json.dumps(place) for place, _, _ in tries()}) > 30
