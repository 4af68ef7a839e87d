"""Page after page, while others write: whoever stayed where they were is seen exactly once, in order."""

from random import Random
from typing import Any

import pytest

from tests.stage import Stage

COLUMNS = (
    *("name", "created_at", "updated_at", "loyalty_points", "summary_orders_total_amount"),
    *("summary_orders_total_count", "summary_orders_last_order_date", "changed"),
)
INSERT = (
    f"INSERT INTO customer (id, {', '.join(COLUMNS)}, deleted_at, stamps) "
    f"VALUES ($1, {', '.join(f'${place}' for place in range(2, len(COLUMNS) + 3))}, '{{}}')"
)
FIELDS = ("NAME", "CREATED_AT", "UPDATED_AT", "LOYALTY_POINTS", "ORDERS_TOTAL_AMOUNT")
FIELDS += ("ORDERS_TOTAL_COUNT", "LAST_ORDER_DATE", "CHANGED", "ID")
SEVERAL = (
    "{field: NAME}, {field: LOYALTY_POINTS, direction: DESC}",
    "{field: LOYALTY_POINTS, direction: DESC, nulls: FIRST}, {field: NAME, nulls: FIRST}, {field: CREATED_AT}",
    "{field: ORDERS_TOTAL_COUNT, nulls: FIRST}, {field: CHANGED, direction: DESC}, {field: ID, direction: DESC}",
)
ORDERS = [
    f"{{field: {field}, direction: {direction}, nulls: {nulls}}}"
    for field in FIELDS
    for direction in ("ASC", "DESC")
    for nulls in ("FIRST", "LAST")
]


def row(chance: Random, name: str) -> tuple[Any, ...]:
    """A customer with few different values, so that many are equal, and many nulls."""
    texts = ["", "A", "a", "b", "ä", "\U0010ffff", None]
    moments = [None, "2024-01-01T00:00:00.000Z", "2024-01-02T00:00:00.000Z"]
    numbers = [None, 0, -1, 2**53 - 1, -(2**53 - 1), 7]
    kinds = (texts, moments, moments, numbers, numbers, numbers, moments, numbers)
    deleted = "2024-02-01T00:00:00.000Z" if chance.random() < 0.1 else None
    return (name, *(chance.choice(kind) for kind in kinds), deleted)


@pytest.fixture
async def crowd(stage: Stage) -> Stage:
    """Forty customers."""
    chance = Random(5)
    async with stage.parts.database.turn() as transaction:
        await transaction.execute_many(INSERT, [row(chance, f"cust_{number:02d}") for number in range(40)])
    return stage


async def walk(stage: Stage, order: str, backward: bool, chance: Random | None) -> list[str]:
    """The ids of all pages; with a chance somebody else writes between them."""
    size, found, cursor = 3, [], ""
    while True:
        at = f', {"before" if backward else "after"}: "{cursor}"' if cursor else ""
        asked = f"{'last' if backward else 'first'}: {size}, orderBy: [{order}]{at}"
        info = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
        page = (await stage.ask(f"{{ customers({asked}) {{ nodes {{ id }} {info} }} }}"))["customers"]
        ids = [node["id"] for node in page["nodes"]]
        found = ids + found if backward else found + ids
        cursor = page["pageInfo"]["startCursor" if backward else "endCursor"]
        if not page["pageInfo"]["hasPreviousPage" if backward else "hasNextPage"]:
            return found
        if chance is not None:
            await disturb(stage, chance)


async def disturb(stage: Stage, chance: Random) -> None:
    """Somebody comes, somebody moves, somebody goes; customers with an even number stay as they are."""
    async with stage.parts.database.turn() as transaction:
        odd = [f"cust_{number:02d}" for number in range(1, 40, 2)]
        gone = chance.sample(odd, 3)
        await transaction.execute_many("DELETE FROM customer WHERE id = $1", [(one,) for one in gone])
        await transaction.execute_many(INSERT, [row(chance, one) for one in gone[1:]])
        await transaction.execute("DELETE FROM customer WHERE id = 'cust_new'")
        await transaction.execute_many(INSERT, [row(chance, "cust_new")])


@pytest.mark.parametrize("backward", [False, True], ids=["forward", "backward"])
async def test_pages_together_are_the_whole_list(crowd: Stage, backward: bool) -> None:
    for order in (*ORDERS, *SEVERAL):
        whole = await crowd.ask(f"{{ customers(first: 100, orderBy: [{order}]) {{ nodes {{ id }} }} }}")
        assert await walk(crowd, order, backward, None) == [one["id"] for one in whole["customers"]["nodes"]], order


@pytest.mark.parametrize("backward", [False, True], ids=["forward", "backward"])
async def test_whoever_stayed_is_seen_once_whatever_others_do(crowd: Stage, backward: bool) -> None:
    chance = Random(7)
    for order in (*ORDERS, *SEVERAL):
        whole = await crowd.ask(f"{{ customers(first: 100, orderBy: [{order}]) {{ nodes {{ id }} }} }}")
        stayed = [one["id"] for one in whole["customers"]["nodes"] if one["id"][-1] in "02468"]
        seen = await walk(crowd, order, backward, chance)
        assert [one for one in seen if one[-1] in "02468"] == stayed, order


async def test_a_cursor_of_another_order_or_list_is_refused(crowd: Stage) -> None:
    page = "pageInfo { endCursor }"
    by_name = await crowd.ask(f"{{ customers(first: 1, orderBy: [{{field: NAME}}]) {{ {page} }} }}")
    cursor = by_name["customers"]["pageInfo"]["endCursor"]
    for asked in ("customers", "customers{sort}", "orders"):
        sort = f'(after: "{cursor}", orderBy: [{{field: NAME, direction: DESC}}])'
        said = asked.format(sort=sort) if "{sort}" in asked else f'{asked}(after: "{cursor}")'
        answer = await crowd.answer(f"{{ {said} {{ {page} }} }}")
        assert answer["errors"][0]["extensions"]["code"] == "BAD_CURSOR", said


async def test_a_field_can_be_sorted_by_once(crowd: Stage) -> None:
    answer = await crowd.answer("{ customers(orderBy: [{field: NAME}, {field: NAME}]) { nodes { id } } }")
    assert "orderBy names NAME twice" in answer["errors"][0]["message"]


async def test_the_last_change_comes_first(stage: Stage) -> None:
    for number, name in ((1, "Ann"), (2, "Bob"), (1, "Anna")):
        await stage.post("customer.updated", {"customer": {"id": f"cust_{number}", "name": name}})
    found = await stage.ask("{ customers(orderBy: [{field: CHANGED, direction: DESC}]) { nodes { name } } }")
    assert found["customers"]["nodes"] == [{"name": "Anna"}, {"name": "Bob"}]


async def test_a_campaigns_members_by_points(stage: Stage) -> None:
    await stage.post("campaign.created", {"campaign": {"id": "camp_1", "name": "Club"}})
    for number, points in enumerate((5, None, 9)):
        loyalty = {"campaigns": {"Club": {"points": points}}}
        await stage.post("customer.updated", {"customer": {"id": f"cust_{number}", "loyalty": loyalty}})
    asked = "members(orderBy: {field: POINTS}) { edges { node { points } } }"
    found = (await stage.ask(f'{{ campaign(id: "camp_1") {{ {asked} }} }}'))["campaign"]["members"]["edges"]
    assert [edge["node"]["points"] for edge in found] == [9, 5, None]
