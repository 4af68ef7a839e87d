"""Whatever the keeper does between events, the mirror stays a function of what was said."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gql_app.mirror.arrival import Arrival
from gql_app.mirror.ledger import Choice
from gql_app.mirror.retention import DAY, prune
from tests.ingest.histories import tellings
from tests.ingest.mirror import Mirror, folded
from tests.keeper.desk import damage, rebuilt, replayed

AFTER_ALL = 1_772_000_000_000_000 + DAY
STRAY = "INSERT INTO customer (id, name, stamps) VALUES ('cust_x', 'Stray', '{}')"
DAMAGE = ("UPDATE customer SET name = 'Eve', stamps = '{}'", "DELETE FROM loyalty_campaign", STRAY)
ACTS = st.one_of(
    st.tuples(st.just("tell"), st.integers(1, 4)),
    st.tuples(st.just("replay"), st.integers(1, 12)),
    st.tuples(st.just("damage"), st.integers(0, 2)),
)


@given(told=tellings(), acts=st.lists(ACTS, max_size=8))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_told_replayed_damaged_rebuilt_and_pruned_in_any_order_it_converges(
    mirror: Mirror, told: tuple[list[Arrival], list[Arrival]], acts: list[tuple[str, int]]
) -> None:
    await mirror.clear()
    waiting = list(told[1])
    for act, number in acts:
        await _do(mirror, act, number, waiting)
    await _tell(mirror, waiting)
    await rebuilt(mirror)
    assert await mirror.rows() == folded(told[0])
    await prune(mirror.database, AFTER_ALL)
    assert set(await mirror.write(told[1])) == {"duplicate"}
    assert await mirror.rows() == folded(told[0])


async def _do(mirror: Mirror, act: str, number: int, waiting: list[Arrival]) -> Any:
    if act == "tell":
        batch, waiting[:] = waiting[:number], waiting[number:]
        return await _tell(mirror, batch)
    if act == "replay":
        return await replayed(mirror, Choice(ids=(number, number + 1)))
    await damage(mirror, DAMAGE[number])
    return await rebuilt(mirror) if number else None


async def _tell(mirror: Mirror, batch: list[Arrival]) -> None:
    if batch:
        await mirror.write(batch)
