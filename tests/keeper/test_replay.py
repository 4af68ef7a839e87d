"""Kept events are told again: what was told already changes nothing, what is understood by now is applied."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gql_app.mirror.arrival import Arrival
from gql_app.mirror.ledger import Choice, UnknownEvent, list_events, show_event
from gql_app.mirror.replay import discard
from gql_app.mirror.retold import Changed
from tests.ingest.histories import tellings
from tests.ingest.mirror import Mirror, body, folded, renamed
from tests.keeper.desk import NEW, damage, history, learning, replayed, state

INVENTED = body(NEW, {"customer": {"id": "cust_9"}}, number=90)


async def test_what_was_told_already_changes_nothing_when_told_again(mirror: Mirror) -> None:
    await mirror.hear(*history())
    before = (
        await mirror.rows(kept_too=True),
        await mirror.journal(),
        await mirror.inbox_rows(),
        await state(mirror),
    )
    assert {one.after for one in await replayed(mirror)} == {"applied", "unmapped"}
    after = (
        await mirror.rows(kept_too=True),
        await mirror.journal(),
        await mirror.inbox_rows(),
        await state(mirror),
    )
    assert after == before


@given(told=tellings(), chosen=st.sets(st.integers(1, 12), min_size=1))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_part_of_any_history_told_again_changes_nothing(
    mirror: Mirror, told: tuple[list[Arrival], list[Arrival]], chosen: set[int]
) -> None:
    await mirror.clear()
    await mirror.write(told[1])
    journal = await mirror.journal()
    retold = await replayed(mirror, Choice(ids=tuple(chosen)))
    assert (await mirror.rows(), await mirror.journal()) == (folded(told[0]), journal)
    assert not any(one.changes for one in retold)


async def test_what_is_understood_by_now_is_applied_and_no_longer_quarantined(mirror: Mirror) -> None:
    with learning() as knows:
        assert await mirror.hear(INVENTED) == ["quarantined"]
        assert (await replayed(mirror))[0].after == "quarantined"
        knows["it"] = True
        (retold,) = await replayed(mirror, Choice(verdict="quarantined"))
    assert (retold.before, retold.after, retold.reason) == ("quarantined", "applied", None)
    assert (await mirror.row())["name"] == "Learnt"
    assert await mirror.inbox_rows() == [(NEW, "applied", None)]
    assert await state(mirror) == (1, 0, 1)


async def test_what_is_learnt_late_does_not_undo_what_was_told_later(mirror: Mirror) -> None:
    with learning() as knows:
        await mirror.hear(INVENTED, renamed("Newer", 91, 9, "2026-03-04T10:00:00.000Z"))
        knows["it"] = True
        (retold,) = await replayed(mirror, Choice(ids=(1,)))
    assert retold.after == "stale"
    assert (await mirror.row())["name"] == "Newer"


async def test_a_dry_run_says_what_would_change_and_changes_nothing(mirror: Mirror) -> None:
    await mirror.hear(*history())
    await damage(mirror, "UPDATE customer SET name = 'Eve', stamps = '{}' WHERE id = 'cust_2'")
    before = await mirror.rows(), await mirror.journal(), await mirror.inbox_rows()
    (retold,) = await replayed(mirror, Choice(ids=(4,)), dry=True)
    assert Changed("cust_2", "name", "Eve", "Bob") in retold.changes
    assert (await mirror.rows(), await mirror.journal(), await mirror.inbox_rows()) == before
    (told,) = await replayed(mirror, Choice(ids=(4,)))
    assert told.changes == retold.changes
    assert (await mirror.row(id="cust_2"))["name"] == "Bob"


async def test_one_event_that_fails_again_holds_up_no_other(mirror: Mirror) -> None:
    with learning() as knows:
        invented = [body(NEW, {"customer": {"id": f"cust_{n}"}}, number=90 + n) for n in (1, 2)]
        await mirror.hear(invented[0], body(NEW, {"customer": {}}, number=99), invented[1])
        knows["it"] = True
        retold = await replayed(mirror)
    assert [one.after for one in retold] == ["applied", "quarantined", "applied"]
    assert retold[1].reason == "handler failed: KeyError"
    assert (await state(mirror))[1] == 1


async def test_discarded_events_keep_their_bytes_and_are_not_counted(mirror: Mirror) -> None:
    await mirror.hear(b"{", *history(), b"[]")
    assert await discard(mirror.database, Choice(ids=(1, 2))) == 1
    entry, kept = await show_event(mirror.database, 1)
    assert (entry.verdict, kept, entry.size) == ("discarded", b"{", 1)
    assert (await state(mirror))[1] == 1
    assert (await replayed(mirror, Choice(ids=(1,))))[0].after == "discarded"
    assert await mirror.hear(b"{") == ["duplicate"]


async def test_what_was_discarded_by_mistake_can_be_told_after_all(mirror: Mirror) -> None:
    with learning() as knows:
        await mirror.hear(INVENTED)
        await discard(mirror.database, Choice())
        knows["it"] = True
        assert [one.after for one in await replayed(mirror, Choice(verdict="discarded"))] == ["applied"]
    assert (await state(mirror))[1] == 0


async def test_events_are_chosen_by_everything_that_is_asked(mirror: Mirror) -> None:
    await mirror.hear(*history())

    async def ids(**asked: object) -> list[int]:
        return [one.id for one in await list_events(mirror.database, Choice(**asked), 50)]  # type: ignore[arg-type]

    assert await ids() == [5, 4, 3, 2, 1]
    assert await ids(ids=(1, 4, 77), customer_id="cust_1") == [1]
    assert await ids(type="customer.order.paid") == [2]
    assert await ids(verdict="unmapped") == [5]
    second = (await list_events(mirror.database, Choice(ids=(2,)), 1))[0].received_at
    assert await ids(since=second) == [5, 4, 3, 2]
    assert await ids(until=second, customer_id="cust_1") == [1]


async def test_an_event_that_there_is_not_is_said(mirror: Mirror) -> None:
    with pytest.raises(UnknownEvent, match="no event 7"):
        await show_event(mirror.database, 7)
