"""Customers by group: counted, summed up exactly, the largest group first."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reads.documents import Question
from tests.reads.test_equivalence import Both, both, drawn
from tests.stage import Stage

__all__ = ["both"]

FIELDS = "{ group { name value } count loyaltyPoints { sum avg min max } ordersTotalAmount { sum } }"
PARTS = st.sampled_from(
    [
        *("{field: COUNTRY}", "{field: CITY}", "{field: SEGMENT}", "{field: TIER}", "{loyaltyCampaign: true}"),
        *(f"{{createdAtTrunc: {unit}}}" for unit in ("DAY", "WEEK", "MONTH", "YEAR")),
        *(f'{{metadataPath: "{path}"}}' for path in ("odd", "number", "flag", "share", "table", "list.1", "no.such")),
    ]
)


@drawn
@given(parts=st.lists(PARTS, max_size=3), first=st.sampled_from([1, 3, 100]))
async def test_groups_are_what_plain_python_finds(both: Both, parts: list[str], first: int) -> None:
    question = Question(f"{{ customersAggregate(groupBy: [{', '.join(parts)}], first: {first}) {FIELDS} }}", {})
    both.agree(question, await both.direct(question))


async def grouped(stage: Stage, by: str, fields: str = "{ group { value } count }") -> Any:
    return (await stage.ask(f"{{ customersAggregate(groupBy: [{by}]) {fields} }}"))["customersAggregate"]


async def tell(stage: Stage, number: int, **said: Any) -> None:
    customer = {"id": f"cust_{number}", "object": "customer", "summary": {}, "loyalty": {}} | said
    await stage.post("customer.updated", {"customer": customer | {"updated_at": f"2026-03-01T00:00:{number:02d}Z"}})


async def test_a_customer_of_several_campaigns_counts_in_each(stage: Stage) -> None:
    await tell(stage, 1, loyalty={"points": 5, "campaigns": {"A": {"points": 1}, "B": {"points": 2}}})
    await tell(stage, 2, loyalty={"points": 7, "campaigns": {"B": {"points": 3}}})
    await tell(stage, 3)
    found = await grouped(stage, "{loyaltyCampaign: true}", "{ group { value } count loyaltyPoints { sum } }")
    assert [(one["group"][0]["value"], one["count"], one["loyaltyPoints"]) for one in found] == [
        ("B", 2, {"sum": "12"}),
        ("A", 1, {"sum": "5"}),
        (None, 1, None),
    ]


async def test_sums_are_exact_beyond_64_bits(stage: Stage) -> None:
    largest = 2**53 - 1
    async with stage.parts.database.turn() as transaction:
        rows = [(f"cust_{number}", largest - number) for number in range(1100)]
        sql = "INSERT INTO customer (id, loyalty_points, stamps) VALUES ($1, $2, '{}')"
        await transaction.execute_many(sql, rows)
    fields = "{ count loyaltyPoints { sum avg } }"
    (all_of_them,) = await grouped(stage, "", fields)
    assert all_of_them["loyaltyPoints"]["sum"] == str(sum(points for _, points in rows))
    async with stage.parts.database.turn() as transaction:
        await transaction.execute("UPDATE customer SET loyalty_points = -loyalty_points")
    (below,) = await grouped(stage, "", fields)
    assert below["loyaltyPoints"]["sum"] == str(-sum(points for _, points in rows))


async def test_a_campaigns_totals_are_exact_beyond_64_bits(stage: Stage) -> None:
    points = [2**53 - 1 - number for number in range(1100)]
    async with stage.parts.database.turn() as transaction:
        await transaction.execute("INSERT INTO campaign (id, name, stamps) VALUES ('camp_1', 'Club', '{}')")
        for table, columns in (
            ("customer", "id, stamps"),
            ("loyalty_campaign", "id, customer_id, points, name, stamps"),
        ):
            values = [
                (f"cust_{at}",) if table == "customer" else (f"l_{at}", f"cust_{at}", one)
                for at, one in enumerate(points)
            ]
            said = "$1, '{}'" if table == "customer" else "$1, $2, $3, 'Club', '{}'"
            await transaction.execute_many(f"INSERT INTO {table} ({columns}) VALUES ({said})", values)
    found = await stage.ask('{ campaign(id: "camp_1") { totals { points referredCustomers members } } }')
    assert found["campaign"]["totals"] == {"points": str(sum(points)), "referredCustomers": "0", "members": 1100}


@pytest.mark.parametrize(
    ("by", "reason"),
    [("{loyaltyCampaign: false}", "leave it out"), (", ".join(["{field: CITY}"] * 5), "more than the 4 allowed")],
)
async def test_what_cannot_be_grouped_by_is_refused(stage: Stage, by: str, reason: str) -> None:
    answer = await stage.answer(f"{{ customersAggregate(groupBy: [{by}]) {{ count }} }}")
    assert reason in answer["errors"][0]["message"]


async def test_nobody_at_all_is_one_group_of_none(stage: Stage) -> None:
    (found,) = await grouped(stage, "", "{ group { name } count loyaltyPoints { sum } }")
    assert found == {"group": [], "count": 0, "loyaltyPoints": None}
    assert await grouped(stage, "{field: COUNTRY}") == []
