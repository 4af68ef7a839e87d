"""A question that takes too long ends, is told so, and leaves its connection as good as new."""

import pytest

from gql_app.database import open_database
from gql_app.errors import Outage
from tests.schema.asking import code_of, over_socket, posted
from tests.stage import Stage, on_stage

ENDLESS = "WITH RECURSIVE endless(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM endless) SELECT count(*) FROM endless"
QUICK = "{ mirror { eventsReceived } }"
EVERYTHING = (
    "{ orders(first: 500) { nodes { customer { orders(first: 500) { nodes { id"
    " customer { orders(first: 500) { nodes { id items { productId } } } } } } } } } }"
)


async def fill(stage: Stage) -> None:
    """One customer with so many orders that asking for each one's neighbours takes minutes."""
    for number in range(300):
        order = {"id": f"ord_{number}", "status": "PAID", "amount": 1, "items": []}
        await stage.post("customer.order.created", {"order": order, "customer": {"id": "cust_1"}})


async def test_a_question_that_takes_too_long_is_told_and_others_are_answered(database_url: str) -> None:
    async with on_stage(database_url) as stage:
        await fill(stage)
    limits = {"statement_timeout_seconds": 1, "read_connections": 1, "max_cost": 2**31 - 1}
    async with on_stage(database_url, **limits) as stage:
        said = await posted(stage, query=EVERYTHING)
        assert code_of(said) == "OUTAGE"
        assert "ask for less" in said["errors"][0]["message"]
        assert await stage.ask(QUICK) == {"mirror": {"eventsReceived": 300}}
        heard = await over_socket(stage, query=EVERYTHING)
        assert code_of(heard["payload"]) == "OUTAGE"
        assert await stage.ask(QUICK) == {"mirror": {"eventsReceived": 300}}


async def test_the_only_connection_is_usable_after_each_interruption(database_url: str) -> None:
    database = await open_database(database_url, readers=1, timeout_seconds=0.2)
    try:
        for _ in range(3):
            with pytest.raises(Outage):
                await database.read(ENDLESS, ())
            assert await database.read("SELECT 1", ()) == [(1,)]
    finally:
        await database.close()


async def test_the_state_is_a_word_for_what_is_committed(stage: Stage) -> None:
    database = stage.parts.database
    before = await database.state()
    assert await database.state() == before
    async with database.turn() as turn:
        await turn.execute("UPDATE mirror_state SET duplicates = duplicates + 1")
    assert await database.state() != before
