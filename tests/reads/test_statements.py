"""One root field is one SQL statement, however deep and wide: counted by the databases' own drivers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from gql_app.database.postgres import PostgresDatabase
from gql_app.database.sqlite import SqliteDatabase
from gql_app.live.position import WHERE_WE_ARE
from gql_app.mirror.silence import STATE
from gql_app.schema.request import Request
from gql_app.viewers.key_table import REVISION
from tests.reads.limits import UNLIMITED
from tests.reads.sameness import decoded
from tests.reads.telling import fill, orders
from tests.stage import Stage, on_stage

DEEPEST = 20
RESET = "pg_advisory_unlock_all"
"""What asyncpg runs by itself when a connection goes back to the pool."""

OWN = (WHERE_WE_ARE, STATE, REVISION)
"""What the service asks in no client's name."""


class Counted:
    """A service with one reading connection, and every statement that went over it."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.statements: list[str] = []

    async def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The answer; `statements` are those that it took."""
        self.statements.clear()
        answer = await self.stage.parts.engine.answer(Request(query, variables, None, None))
        await asyncio.sleep(0)  # the driver reports a statement one turn of the loop later
        said: dict[str, Any] = decoded(answer.payload)
        return said

    def note(self, statement: Any) -> None:
        """Called by the driver."""
        text = getattr(statement, "query", statement)
        if RESET not in text and text not in OWN:
            self.statements.append(text)


@pytest.fixture
async def counted(database_url: str) -> AsyncIterator[Counted]:
    """Nobody else reads: one connection, and no polling."""
    limits = {"read_connections": 1, "poll_seconds": 3600} | UNLIMITED
    async with on_stage(database_url) as stage:
        await fill(stage, orders())
    async with on_stage(database_url, **limits) as stage:
        counted = Counted(stage)
        async with watched(counted):
            yield counted


@asynccontextmanager
async def watched(counted: Counted) -> AsyncIterator[None]:
    """Lets the driver report every statement."""
    database = counted.stage.parts.database
    if isinstance(database, SqliteDatabase):
        reader = await database._readers.get()
        await reader.set_trace_callback(counted.note)
        database._readers.put_nowait(reader)
        yield
        return
    assert isinstance(database, PostgresDatabase)
    for connection in database._readers._all:
        connection.add_query_logger(counted.note)
    yield


def chain(levels: int, beside: str = "") -> str:
    """A customer's order's customer's order and so on: three fields for each level."""
    text = "id"
    for _ in range(levels):
        text = f"{beside} orders(first: 2) {{ nodes {{ {beside} customer {{ {beside} {text} }} }} }}"
    return f'{{ customer(by: {{id: "cust_odd00"}}) {{ {text} }} }}'


@pytest.mark.parametrize("levels", [0, 1, 3, (DEEPEST - 2) // 3])
async def test_a_root_field_is_one_statement_however_deep(counted: Counted, levels: int) -> None:
    answer = await counted.ask(chain(levels))
    assert "errors" not in answer
    assert len(counted.statements) == 1
    found = answer["data"]["customer"]
    for _ in range(levels):
        found = found["orders"]["nodes"][0]["customer"]
    assert found == {"id": "cust_odd00"}


async def test_each_root_field_is_one_statement(counted: Counted) -> None:
    query = """{ customers { nodes { orders { nodes { items { amount { amount } } } } }
                 pageInfo { hasNextPage } }
                 again: customers { totalCount { value } snapshotCursor }
                 mirror { lagP95Seconds } __typename }"""
    assert "errors" not in await counted.ask(query)
    assert len(counted.statements) == 3


async def test_next_to_introspection_each_root_field_is_one_statement(counted: Counted) -> None:
    query = "{ __schema { queryType { name } } orders { nodes { id } } campaigns { __typename } }"
    assert "errors" not in await counted.ask(query)
    assert len(counted.statements) == 2


async def test_what_is_refused_takes_no_statement(counted: Counted) -> None:
    await counted.ask("{ customers { nodes { nobody } } }")
    await counted.ask("{ customers(first: -1) { nodes { id } } }")
    await counted.ask("{ customers { nodes { orders(after: $x) { nodes { id } } } } }")
    assert counted.statements == []


async def test_a_selection_may_have_hundreds_of_fields(counted: Counted) -> None:
    fields = " ".join(f"field{number}: {('name', 'version', 'metadata { key }')[number % 3]}" for number in range(600))
    answer = await counted.ask(f"{{ customers(first: 3) {{ nodes {{ {fields} }} }} }}")
    assert "errors" not in answer
    assert [len(node) for node in answer["data"]["customers"]["nodes"]] == [600] * 3
    assert len(counted.statements) == 1


async def test_a_deep_selection_may_be_wide_on_every_level(counted: Counted) -> None:
    beside = " ".join(f"beside{number}: __typename" for number in range(40))
    beside += " ".join(f" also{number}: id" for number in range(40))
    wide = (
        chain((DEEPEST - 2) // 3, "")
        .replace("customer {", f"customer {{ {beside}")
        .replace("nodes {", f"nodes {{ {beside}")
    )
    assert "errors" not in await counted.ask(wide)
    assert len(counted.statements) == 1


async def test_an_alias_may_be_long(counted: Counted) -> None:
    alias = "long" * 25
    answer = await counted.ask(f"{{ {alias}: customers(first: 1) {{ {alias}: nodes {{ {alias}: id }} }} }}")
    ((node,),) = (answer["data"][alias][alias],)
    assert list(node) == [alias]
    assert len(counted.statements) == 1
