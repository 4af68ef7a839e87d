"""Many rows at once mean the same on each database."""

from typing import Any

import pytest

import models
from gql_app.database import open_database
from gql_app.database.bulk import columns_of, delete, insert, once, upsert
from gql_app.errors import Unstorable
from models import CustomerSegment, CustomerWord, LoyaltyTier
from models.base import Model

NAMES = ("id", "name", "stamps", "unknown_fields")
TYPES = "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = $1"
LONG = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'WITH c0%' AND length(statement) > 16384"
TIER, WORD = columns_of(LoyaltyTier, *NAMES), columns_of(CustomerWord, "customer_id", "word")


async def test_rows_are_kept_replaced_and_removed(database_url: str) -> None:
    database = await open_database(database_url, readers=1)
    try:
        async with database.turn() as turn:
            await turn.execute_bulk((upsert("loyalty_tier", TIER), [tier("a", "Gold"), tier("b", None)]))
            await turn.execute_bulk((upsert("loyalty_tier", TIER), [tier("c", '{Złoto, "NULL"}'), tier("a", "")]))
            await turn.execute_bulk((delete("loyalty_tier", columns_of(LoyaltyTier, "id")), [("b",), ("nobody",)]))
        found = await database.read("SELECT id, name, unknown_fields IS NULL FROM loyalty_tier ORDER BY id", ())
        assert [(one, name, bool(nothing)) for one, name, nothing in found] == [
            ("a", "", False),
            ("c", '{Złoto, "NULL"}', False),
        ]
    finally:
        await database.close()


async def test_a_row_is_removed_by_all_that_is_given_of_it(database_url: str) -> None:
    database = await open_database(database_url, readers=1)
    try:
        async with database.turn() as turn:
            await turn.execute_bulk((insert("customer_word", WORD), [(one, word) for one in "ab" for word in "xy"]))
            await turn.execute_bulk((delete("customer_word", WORD), [("a", "x"), ("b", "y")]))
        assert await database.read("SELECT customer_id, word FROM customer_word ORDER BY 1", ()) == [
            ("a", "y"),
            ("b", "x"),
        ]
    finally:
        await database.close()


@pytest.mark.parametrize(
    "names", [("a\x1fb", None), ("\x1e", "b"), (None, None), ("", ""), ("",), (None,), ("\x1f\x1e",)]
)
async def test_whatever_separates_values_on_their_way_may_be_in_them(
    database_url: str, names: tuple[str | None, ...]
) -> None:
    database = await open_database(database_url, readers=1)
    try:
        rows = [tier(str(number), name) for number, name in enumerate(names)]
        async with database.turn() as turn:
            await turn.execute_bulk((upsert("loyalty_tier", TIER), rows))
        found = await database.read("SELECT name FROM loyalty_tier ORDER BY id", ())
        assert tuple(name for (name,) in found) == names
    finally:
        await database.close()


async def test_several_tables_are_changed_at_once(database_url: str) -> None:
    database = await open_database(database_url, readers=1)
    try:
        async with database.turn() as turn:
            await turn.execute_bulk((insert("customer_word", WORD), [("a", "x"), ("b", "x")]))
            await turn.execute_bulk(
                (delete("customer_word", WORD), [("a", "x")]),
                (upsert("loyalty_tier", TIER), []),
                (upsert("loyalty_tier", TIER), [tier("a", "Gold"), tier("b", None)]),
                (insert("customer_word", WORD), [("a", "y")]),
                (once("UPDATE mirror_state SET position = $1, last_event_at = $2", "bigint", "text"), [(7, "then")]),
            )
            await turn.execute_bulk()
        assert await database.read("SELECT customer_id, word FROM customer_word ORDER BY 1", ()) == [
            ("a", "y"),
            ("b", "x"),
        ]
        assert await database.read("SELECT id FROM loyalty_tier ORDER BY id", ()) == [("a",), ("b",)]
        assert await database.read("SELECT position, last_event_at FROM mirror_state", ()) == [(7, "then")]
    finally:
        await database.close()


@pytest.mark.parametrize("value", [2**63, "a word", "\ud800"], ids=["too large", "no number", "half a letter"])
async def test_one_value_that_cannot_be_stored_is_the_data_s_fault(postgres_url: str, value: Any) -> None:
    columns = columns_of(CustomerSegment, "id", "customer_id") | {"stamps": "bigint"}
    database = await open_database(postgres_url, readers=1)
    try:
        with pytest.raises(Unstorable):
            async with database.turn() as turn:
                await turn.execute_bulk((insert("customer_segment", columns), [("a", "b", 1), ("c", "d", value)]))
    finally:
        await database.close()


async def test_what_is_written_in_one_go_is_prepared_once_however_long(postgres_url: str) -> None:
    database = await open_database(postgres_url, readers=1)
    try:
        for name in ("a", "b"):
            async with database.turn() as turn:
                every = [(delete("customer_word", WORD), [(f"{name}{number}", "x")]) for number in range(80)]
                await turn.execute_bulk(*every)
                found = await turn.fetch(LONG)
                assert found == [(1,)], name
    finally:
        await database.close()


async def test_arrays_have_the_types_of_their_columns(postgres_url: str) -> None:
    database = await open_database(postgres_url, readers=1)
    try:
        for model in vars(models).values():
            if isinstance(model, type) and issubclass(model, Model) and model._meta.db_table:
                assert columns_of(model) == dict(await database.read(TYPES, (model._meta.db_table,))), model
    finally:
        await database.close()


def tier(tier_id: str, name: str | None) -> tuple[str | None, ...]:
    """A row of what `TIER` names."""
    return tier_id, name, "{}", '{"a": [1, null]}'
