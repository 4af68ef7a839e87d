"""The mirror is what the inbox says: rebuilt beside the one that is shown, it puts right what was damaged."""

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings

from gql_app.mirror.arrival import Arrival, receive
from gql_app.mirror.compare import Difference
from gql_app.mirror.ledger import Choice
from gql_app.mirror.rebuild import LAST
from gql_app.mirror.replay import discard
from gql_app.mirror.shadow import NotUnderstood, Pruned
from tests.ingest.histories import tellings
from tests.ingest.mirror import Mirror, body, renamed
from tests.keeper.desk import NEW, Meanwhile, damage, history, learning, rebuilt, replayed, state

DAMAGE = (
    "UPDATE customer SET name = 'Eve', metadata = NULL WHERE id = 'cust_1'",
    "UPDATE \"order\" SET customer_id = 'cust_2', project_id = 'proj_x'",
    "DELETE FROM customer WHERE id = 'cust_2'",
    "DELETE FROM consent",
    "DELETE FROM segment",
    "INSERT INTO customer (id, name, stamps, version, completeness) VALUES ('cust_x', 'Stray', '{}', 3, 1)",
    "INSERT INTO redemption (id, customer_id, amount, stamps) VALUES ('r_x', 'cust_1', 5, '{}')",
)


async def test_what_was_changed_deleted_or_slipped_in_is_put_right(mirror: Mirror) -> None:
    await mirror.hear(*history())
    before, versions = await mirror.rows(), (await state(mirror))[0]
    await damage(mirror, *DAMAGE)
    found = await rebuilt(mirror)
    assert await mirror.rows() == before
    assert Difference("customer", "cust_1", "name", "Eve", "Ann") in found
    assert {one.table for one in found} == {"customer", "order", "consent", "segment", "redemption"}
    assert (await state(mirror))[0] > versions
    assert await rebuilt(mirror) == []


async def test_customers_are_found_again_by_the_words_they_had(mirror: Mirror) -> None:
    await mirror.hear(*history())
    before = await mirror.rows()
    await damage(
        mirror,
        "DELETE FROM customer_word WHERE customer_id = 'cust_1'",
        "INSERT INTO customer_word (customer_id, word) VALUES ('cust_2', 'nobody')",
    )
    assert {(one.id, one.column) for one in await rebuilt(mirror)} == {("cust_1", "words"), ("cust_2", "words")}
    assert await mirror.rows() == before


async def test_rows_that_cannot_even_be_read_are_put_right(mirror: Mirror) -> None:
    await mirror.hear(*history())
    before = await mirror.rows()
    await damage(mirror, "UPDATE customer SET completeness = 99, stamps = 'x'", "UPDATE consent SET stamps = '[]'")
    assert {one.column for one in await rebuilt(mirror)} == {"completeness", "stamps"}
    assert await mirror.rows() == before


async def test_the_journal_explains_a_repair(mirror: Mirror) -> None:
    await mirror.hear(*history())
    known = len(await mirror.journal())
    await damage(mirror, *DAMAGE)
    await rebuilt(mirror)
    news = {one["customer_id"]: one for one in (await mirror.journal())[known:]}
    assert {who: one["kind"] for who, one in news.items()} == {
        "cust_1": "UPDATED",
        "cust_2": "UPDATED",
        "cust_x": "DELETED",
    }
    assert {one["event_type"] for one in news.values()} == {"mirror.rebuilt"}
    changed = {one["path"]: (one["before"], one["after"]) for one in news["cust_1"]["changes"]}
    assert changed["name"] == ("Eve", "Ann")
    assert changed["redemptions.r_x.amount"] == (5, None)
    assert changed["consents.cnst_1.granted"] == (None, True)


async def test_an_order_that_is_put_back_is_noted_for_both(mirror: Mirror) -> None:
    await mirror.hear(*history())
    await damage(mirror, "UPDATE \"order\" SET customer_id = 'cust_2'")
    known = len(await mirror.journal())
    assert [one.column for one in await rebuilt(mirror)] == ["customer_id"]
    paid = {one["customer_id"]: one["changes"] for one in (await mirror.journal())[known:]}
    status = {"path": "orders.ord_1.status"}
    assert status | {"before": "PAID", "after": None} in paid["cust_2"]
    assert status | {"before": None, "after": "PAID"} in paid["cust_1"]


async def test_a_repair_is_no_telling_but_a_version(mirror: Mirror) -> None:
    await mirror.hear(*history())
    before = await mirror.row(id="cust_1"), await mirror.row(id="cust_2")
    await damage(mirror, *DAMAGE)
    await rebuilt(mirror)
    after = await mirror.row(id="cust_1"), await mirror.row(id="cust_2")
    for old, new in zip(before, after, strict=True):
        assert new == old | {"version": old["version"] + 1, "changed": new["changed"]}
        assert new["changed"] > max(old["changed"] for old in before)


async def test_an_undamaged_mirror_is_left_alone(mirror: Mirror) -> None:
    await mirror.hear(*history())
    before = await mirror.rows(kept_too=True), await mirror.journal(), await mirror.inbox_rows()
    assert await rebuilt(mirror) == []
    assert (await mirror.rows(kept_too=True), await mirror.journal(), await mirror.inbox_rows()) == before


@given(told=tellings())
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_history_is_rebuilt_as_it_stands(mirror: Mirror, told: tuple[list[Arrival], list[Arrival]]) -> None:
    await mirror.clear()
    await mirror.write(told[1])
    assert await rebuilt(mirror) == []


async def test_a_dry_run_finds_what_a_repair_would_and_writes_nothing(mirror: Mirror) -> None:
    await mirror.hear(*history())
    await damage(mirror, *DAMAGE)
    before = await mirror.rows(kept_too=True), await mirror.journal()
    found = await rebuilt(mirror, dry=True)
    assert (await mirror.rows(kept_too=True), await mirror.journal()) == before
    assert set(map(repr, await rebuilt(mirror))) == set(map(repr, found))


async def test_events_that_come_meanwhile_are_neither_lost_nor_taken_for_damage(mirror: Mirror) -> None:
    await mirror.hear(*history())
    await damage(mirror, *DAMAGE)
    told = [renamed(f"Ann {n}", 100 + n, n % 4, f"2026-04-01T10:{n // 60:02}:{n % 60:02}.000Z") for n in range(600)]
    waiting = iter(told)
    tasks: list[asyncio.Task[object]] = []

    def some_more(_told: int, _total: int) -> None:
        tasks.extend(asyncio.create_task(mirror.hear(one)) for one in list(waiting)[:600])

    await rebuilt(mirror, progress=some_more)
    await asyncio.gather(*tasks)
    assert len(await mirror.inbox_rows()) == 605
    assert {row["name"] for row in (await mirror.rows())["customer"]} == {f"Ann {n}" for n in range(596, 600)}
    assert await rebuilt(mirror) == []


async def test_more_than_one_turn_takes_is_put_right_in_several(mirror: Mirror) -> None:
    await mirror.write([receive(renamed("Ann", number, number), 1) for number in range(1, 2201)])
    await damage(mirror, "UPDATE customer SET name = 'Eve'")
    assert len(await rebuilt(mirror)) == 2200
    assert {row["name"] for row in (await mirror.rows())["customer"]} == {"Ann"}
    assert [one["position"] for one in await mirror.journal()] == list(range(1, 4401))


@pytest.mark.parametrize("moment", [None, LAST], ids=["before the turn", "after comparing"])
async def test_a_row_that_is_told_of_and_damaged_meanwhile_is_put_right_too(mirror: Mirror, moment: str | None) -> None:
    async def act() -> None:
        await mirror.hear(renamed("Zoe", 50, 2, "2026-04-01T10:00:00.000Z"))
        await damage(mirror, "UPDATE customer SET name = 'Eve' WHERE id = 'cust_2'")

    await mirror.hear(*history())
    found = await rebuilt(mirror, live=Meanwhile(mirror.database, act, moment))
    assert found == [Difference("customer", "cust_2", "name", "Eve", "Zoe")]
    assert (await mirror.row(id="cust_2"))["name"] == "Zoe"


async def test_what_this_version_understands_for_the_first_time_is_applied(mirror: Mirror) -> None:
    await mirror.hear(body(NEW, {"customer": {"id": "cust_9"}}))
    with learning() as knows:
        knows["it"] = True
        assert {one.column for one in await rebuilt(mirror)} == {"name", "completeness"}
        assert (await mirror.row(id="cust_9"))["name"] == "Learnt"
        assert await mirror.inbox_rows() == [(NEW, "applied", None)]
        assert await rebuilt(mirror) == []


async def test_what_was_set_aside_and_told_again_meanwhile_is_part_of_it(mirror: Mirror) -> None:
    async def act() -> None:
        await replayed(mirror, Choice(verdict="quarantined"))

    with learning() as knows:
        await mirror.hear(body(NEW, {"customer": {"id": "cust_2"}}, "2026-04-01T10:00:00Z", 90), *history())
        knows["it"] = True
        await damage(mirror, "UPDATE customer SET email = 'eve@example.org' WHERE id = 'cust_2'")
        found = await rebuilt(mirror, live=Meanwhile(mirror.database, act))
        assert [one.column for one in found] == ["email"]
        assert await rebuilt(mirror) == []


async def test_what_was_discarded_is_no_part_of_it(mirror: Mirror) -> None:
    with learning() as knows:
        await mirror.hear(body(NEW, {"customer": {"id": "cust_9"}}))
        await discard(mirror.database, Choice())
        knows["it"] = True
        assert await rebuilt(mirror) == []


async def test_an_event_that_is_no_longer_understood_is_not_forgotten_silently(mirror: Mirror) -> None:
    with learning() as knows:
        knows["it"] = True
        await mirror.hear(body(NEW, {"customer": {"id": "cust_9"}}))
        knows["it"] = False
        with pytest.raises(NotUnderstood, match="Event 1"):
            await rebuilt(mirror)
    assert (await mirror.row(id="cust_9"))["name"] == "Learnt"


async def test_without_the_bodies_there_is_no_rebuild(mirror: Mirror) -> None:
    await mirror.hear(*history())
    await damage(mirror, "UPDATE inbox SET body = '' WHERE id IN (1, 2)")
    with pytest.raises(Pruned, match="2 events received from 2026-"):
        await rebuilt(mirror)
