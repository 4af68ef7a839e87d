"""Who comes back with a cursor misses nothing and hears nothing twice, or is told why not."""

import pytest

from gql_app.live import recent, stream
from tests.stage import Stage

from .scenes import BRIEF, CHANGES, after, cursors, following, here, items, rename

NAMES = [f"Name {number}" for number in range(7)]


@pytest.mark.parametrize("heard", range(len(NAMES) + 1))
async def test_a_stream_goes_on_where_it_was_left(stage: Stage, heard: int) -> None:
    start = await here(stage)
    await rename(stage, *NAMES[:4])
    async with stage.watcher() as watcher:
        await following(stage, watcher, after=start)
        await rename(stage, *NAMES[4:])
        first = await cursors(watcher, heard)
    async with stage.watcher() as watcher:
        await following(stage, watcher, after=([start, *first])[-1])
        rest = await cursors(watcher, len(NAMES) - heard)
        await rename(stage, "Last")
        rest += await cursors(watcher, 1)
    assert first + rest == after(start, len(NAMES) + 1)


async def test_a_page_of_customers_says_where_its_changes_begin(stage: Stage) -> None:
    await rename(stage, "Old")
    page = (await stage.ask("{ customers { snapshotCursor nodes { name } } }"))["customers"]
    assert page["nodes"] == [{"name": "Old"}]
    await rename(stage, "New", "Newer")
    async with stage.watcher() as watcher:
        await following(stage, watcher, after=page["snapshotCursor"])
        found = await items(watcher, 2)
        assert [item["changes"][0]["before"] for item in found] == ["Old", "New"]


async def test_more_than_is_kept_or_read_at_once_is_resumed(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "KEPT", 8)
    monkeypatch.setattr(stream, "STEP", 5)
    start = await here(stage)
    async with stage.watcher() as first, stage.watcher() as second:
        await following(stage, first)
        await rename(stage, *(f"Name {number}" for number in range(33)))
        assert await cursors(first, 33) == after(start, 33)
        await following(stage, second, after=start)
        await rename(stage, "Last")
        assert await cursors(second, 34) == after(start, 34)


async def test_large_items_are_kept_no_longer_than_they_fit(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "KEPT_BYTES", 200)
    start = await here(stage)
    async with stage.watcher() as first, stage.watcher() as second:
        await following(stage, first)
        await rename(stage, *NAMES)
        assert await cursors(first, 7) == after(start, 7)
        await following(stage, second, after=start)
        assert await cursors(second, 7) == after(start, 7)


@pytest.mark.parametrize("cursor", ["", "x", "a.b", "a.all.x", "a.all.-1", "a.all.1.2", "a.all.²", "a.all." + "9" * 30])
async def test_what_is_no_cursor_is_refused(stage: Stage, cursor: str) -> None:
    async with stage.watcher() as watcher:
        await watcher.subscribe(CHANGES, after=cursor)
        message = await watcher.message()
        assert message["type"] == "error"
        (error,) = message["payload"]
        assert error["extensions"]["code"] == "BAD_CURSOR"
        assert "not a cursor" in error["message"]


async def gap(stage: Stage, cursor: str, reason: str) -> None:
    """The stream says why it cannot go on there, and goes on from now."""
    now = await here(stage)
    async with stage.watcher() as watcher:
        await following(stage, watcher, after=cursor)
        (item,) = await items(watcher, 1)
        assert item == {
            "__typename": "FeedGap",
            "cursor": cursor,
            "reason": reason,
            "restartFrom": now,
            "refetch": True,
        }
        await rename(stage, "Next")
        assert await cursors(watcher, 1) == after(now, 1)


async def test_a_cursor_of_another_journal_is_a_gap(stage: Stage) -> None:
    await rename(stage, "Ann")
    await gap(stage, "otherepoch.all.1", "JOURNAL_RESET")


async def test_a_cursor_of_another_viewer_is_a_gap(stage: Stage) -> None:
    await gap(stage, (await here(stage)).replace(".all.", ".some."), "PERMISSIONS_CHANGED")


async def test_a_cursor_from_the_future_is_a_gap(stage: Stage) -> None:
    await gap(stage, after(await here(stage), 5)[-1], "CURSOR_UNKNOWN")


async def test_a_cursor_from_before_the_journal_s_beginning_is_a_gap(stage: Stage) -> None:
    start = await here(stage)
    await rename(stage, *NAMES)
    async with stage.parts.database.turn() as transaction:
        await transaction.execute("DELETE FROM journal WHERE position <= 3")
        await transaction.execute("UPDATE mirror_state SET oldest_position = 3")
    await gap(stage, start, "CURSOR_EXPIRED")
    async with stage.watcher() as watcher:
        await following(stage, watcher, BRIEF, after=after(start, 3)[-1])
        assert await cursors(watcher, 4) == after(start, 7)[3:]


async def test_a_journal_begun_anew_under_a_running_stream_is_a_gap(stage: Stage) -> None:
    await rename(stage, "Ann")
    async with stage.watcher() as watcher:
        await following(stage, watcher)
        async with stage.parts.database.turn() as transaction:
            await transaction.execute("DELETE FROM journal")
            await transaction.execute("UPDATE mirror_state SET epoch = 'anew', position = 0")
        (item,) = await items(watcher, 1)
        assert (item["reason"], item["restartFrom"]) == ("JOURNAL_RESET", "anew.all.0")
        await rename(stage, "Anna")
        assert await cursors(watcher, 1) == ["anew.all.1"]
