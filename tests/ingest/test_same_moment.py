"""Two different events of one moment: one of them wins, whole, and always the same one."""

import itertools

import pytest

from tests.ingest.mirror import Mirror, body, customer

CARDS = "customer.voucher.loyalty_card.points_added"


def full(event: int, **said: object) -> bytes:
    """A full telling of the customer."""
    return body("customer.updated", customer(1, **said), number=event)


def card(event: int, points: int) -> bytes:
    """A telling of one of the customer's cards alone."""
    data = {
        "customer": {"id": "cust_1", "object": "customer"},
        "voucher": {"id": "v_1", "holder_id": "cust_1", "campaign": "Club", "loyalty_card": {"balance": points}},
    }
    return body(CARDS, data, number=event)


@pytest.mark.parametrize("ids", [(1, 2), (2, 1)])
async def test_the_later_id_wins_whole_whichever_is_heard_first(mirror: Mirror, ids: tuple[int, int]) -> None:
    """Each is the greater in one field: were the fields weighed one by one, neither would be what anybody said."""
    one, other = ids
    events = [full(one, name="Ann", email="z@shop.test"), full(other, name="Zoe", email="a@shop.test")]
    expected = ("Ann", "z@shop.test") if one > other else ("Zoe", "a@shop.test")
    for order in itertools.permutations(events):
        await mirror.clear()
        for event in order:
            await mirror.hear(event)
        row = await mirror.row()
        assert (row["name"], row["email"]) == expected


@pytest.mark.parametrize("ids", [(1, 2), (2, 1)])
async def test_who_knows_all_is_believed_before_who_knows_a_part(mirror: Mirror, ids: tuple[int, int]) -> None:
    """The list told whole is the list, whatever was told of one of its rows at the same moment."""
    standing = {"points": 10, "campaigns": {"Club": {"points": 10}}}
    events = [full(ids[0], loyalty=standing), card(ids[1], 99)]
    for order in itertools.permutations(events):
        await mirror.clear()
        for event in order:
            await mirror.hear(event)
        assert [row["points"] for row in (await mirror.rows())["loyalty_campaign"]] == [10]


@pytest.mark.parametrize("ids", [(1, 2), (2, 1)])
async def test_two_whole_lists_of_one_moment_are_never_mixed(mirror: Mirror, ids: tuple[int, int]) -> None:
    one, other = ids
    lists = {one: ["Club", "Circle"], other: ["Club", "Anniversary"]}
    events = [full(event, loyalty={"campaigns": {name: {} for name in names}}) for event, names in lists.items()]
    for order in itertools.permutations(events):
        await mirror.clear()
        await mirror.hear(*order)
        found = {row["name"] for row in (await mirror.rows())["loyalty_campaign"]}
        assert found == set(lists[max(ids)])
