"""The two languages of filters agree: what SQL finds on either database, a predicate finds among plain records.

A long run:

    GQL_APP_TEST_EXAMPLES=20000 pytest tests/reads/test_filters.py
"""

from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gql_app.reads.plan import plan_root
from gql_app.reads.predicate import predicate
from gql_app.schema.build import build_schema
from gql_app.schema.planner import Planner
from gql_app.schema.request import Request
from tests.reads.filter_meaning import Find, meant
from tests.reads.filters import FilterWriter
from tests.reads.rows import Row
from tests.reads.sameness import decoded
from tests.reads.states import TABLES, VALUES, customers, keep, numbered
from tests.reads.test_equivalence import EXAMPLES, drawn
from tests.stage import Stage

SCHEMA = build_schema()._schema
FOCUS = (*[("customers", "name")] * 3, *[("customers", "metadata")] * 3, *[("customers", ""), ("orders", "")] * 2)
"""Of which root field filters are drawn, and about which of its fields where not about any."""

KINDS = {"customers": "CustomerFilter", "orders": "OrderFilter"}


async def found(stage: Stage, root: str, head: str, written: str, variables: dict[str, Any]) -> list[str]:
    """The ids of what a filter finds; counted and listed, which must agree."""
    query = f"query{head} {{ {root}(first: 500, filter: {written}) {{ nodes {{ id }} totalCount {{ value }} }} }}"
    answer = await stage.parts.engine.answer(Request(query, variables, None, None))
    said = decoded(answer.payload)
    assert "errors" not in said, (said, query, variables)
    ids = [node["id"] for node in said["data"][root]["nodes"]]
    assert said["data"][root]["totalCount"]["value"] == len(ids)
    return ids


def chosen(planner: Planner, root: str, said: Any, records: list[Row]) -> list[str]:
    """The ids of the records for which the filter's predicate holds."""
    query = f"query($f: {KINDS[root]}) {{ {root}(filter: $f) {{ nodes {{ id }} }} }}"
    asked = planner.asked(Request(query, {"f": said}, None, None))
    assert planner.schema.query_type is not None
    (selected,) = plan_root(planner.document(asked), asked.operation.selection_set, planner.schema.query_type).fields
    assert selected.criterion is not None
    holds = predicate(selected.criterion, asked.variables)
    return sorted(record["id"] for record in records if holds(record))


def rows_of(records: list[Row], root: str) -> list[Row]:
    """The records that a root field is about."""
    return records if root == "customers" else [order for record in records for order in record["order"]]


def finding(records: list[Row]) -> Find:
    """The records beneath, by what they belong to."""
    beneath = dict(pair for record in records for pair in _beneath(record))
    return lambda table, column, value: beneath.get((table, value), [])


def _beneath(record: Row) -> Iterator[tuple[tuple[str, str], list[Row]]]:
    for table in TABLES:
        for one in record.get(table, []):
            yield from _beneath(one)
        yield (table, record["id"]), record.get(table, [])


@settings(drawn, max_examples=max(EXAMPLES // 3, 1))
@given(data=st.data())
async def test_sql_and_python_say_the_same_of_every_row(stage: Stage, data: st.DataObject) -> None:
    records = numbered(data.draw(st.lists(customers, min_size=4, max_size=6)))
    await keep(stage.parts.database, records)
    for root, field in FOCUS:
        writer = FilterWriter(SCHEMA, VALUES, data.draw)
        kind: Any = SCHEMA.type_map[KINDS[root]]
        said = {field: writer.drawn(kind.fields[field].type)} if field else writer.drawn(kind)
        rows = rows_of(records, root)
        expected = chosen(stage.parts.engine._planner, root, said, rows)
        by_hand = meant(finding(records), rows, said, keeps_deleted=root == "orders")
        assert expected == sorted(row["id"] for row in by_hand), said
        assert await found(stage, root, f"($f: {kind})", "$f", {"f": said}) == expected, said
        written = writer.written(kind, said)
        head = f"({', '.join(writer.definitions)})" if writer.definitions else ""
        assert await found(stage, root, head, written, writer.given) == expected, said
