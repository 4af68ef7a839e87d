"""The arithmetic of a budget: what is spent is earned back as time goes by, for everybody alone."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gql_app.viewers.budget import MINUTE, OwnBudget
from gql_app.viewers.payer import payer_of
from gql_app.viewers.viewer import EVERYONE, Viewer


@dataclass
class Clock:
    """A clock that the test sets."""

    time: float = 1000.0

    def __call__(self) -> float:
        return self.time


async def test_a_minutes_budget_may_be_spent_at_once_and_comes_back_little_by_little() -> None:
    clock = Clock()
    budget = OwnBudget(60, clock)
    assert await budget.spend("ann", 60) == 0
    assert await budget.spend("ann", 3) == pytest.approx(3)
    clock.time += 3
    assert await budget.spend("ann", 3) == 0
    assert await budget.spend("ann", 1) == pytest.approx(1)


async def test_what_is_refused_costs_nothing() -> None:
    clock = Clock()
    budget = OwnBudget(60, clock)
    await budget.spend("ann", 50)
    assert [await budget.spend("ann", 20) for _ in range(3)] == pytest.approx([10, 10, 10])
    assert await budget.spend("ann", 10) == 0


async def test_nobody_pays_for_anybody_else() -> None:
    budget = OwnBudget(60, Clock())
    assert [await budget.spend(name, 60) for name in ("ann", "bob")] == [0, 0]


@given(st.lists(st.tuples(st.integers(1, 200), st.floats(0, 90)), max_size=60))
async def test_in_no_minute_is_more_than_two_budgets_spent(asked: list[tuple[int, float]]) -> None:
    clock, granted = Clock(), []
    budget = OwnBudget(100, clock)
    for cost, pause in asked:
        clock.time += pause
        if await budget.spend("ann", cost) == 0:
            granted.append((clock.time, cost))
    for begun, _ in granted:
        assert sum(cost for at, cost in granted if begun <= at < begun + MINUTE) <= 200


async def test_a_million_viewers_take_bounded_memory() -> None:
    budget = OwnBudget(60, Clock(), most_kept=1000)
    for number in range(1_000_000):
        await budget.spend(f"address {number}", 1)
    assert len(budget) <= 2000


async def test_whoever_spent_is_remembered_for_as_long_as_it_counts() -> None:
    clock = Clock()
    budget = OwnBudget(60, clock)
    await budget.spend("ann", 60)
    clock.time += 59
    assert await budget.spend("ann", 60) > 0
    clock.time += 2
    await budget.spend("bob", 1)
    assert await budget.spend("ann", 60) == 0
    clock.time += 200
    await budget.spend("bob", 1)
    clock.time += 200
    await budget.spend("bob", 1)
    assert len(budget) <= 2


@pytest.mark.parametrize(
    ("viewer", "address", "payer"),
    [
        (Viewer("ann", key_id="k1"), "192.0.2.1", "key k1"),
        (Viewer("ann"), "192.0.2.1", "subject ann"),
        (EVERYONE, "192.0.2.1", "address 192.0.2.1"),
        (EVERYONE, "::ffff:192.0.2.1", "address 192.0.2.1"),
        (EVERYONE, "2001:db8:1:2:3:4:5:6", "address 2001:db8:1:2::/64"),
        (EVERYONE, "fe80::1%eth0", "address fe80::/64"),
        (EVERYONE, "", "address "),
    ],
)
def test_use_is_counted_by_who_asks_else_by_the_network_it_is_asked_from(
    viewer: Viewer, address: str, payer: str
) -> None:
    assert payer_of(viewer, address) == payer
