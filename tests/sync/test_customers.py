"""Everybody is loaded: beyond every cap, in few calls, whatever instant they share."""

import pytest

from gql_app.commands.fetching import CountsDiffer, Manner, sync
from tests.stage import on_stage
from tests.sync.asked import Asked
from tests.voucherify.api import Api
from tests.voucherify.shop import Shop, moment

HER = """{ customers(first: 500) { nodes {
  id name loyalty { campaigns { name points } } summary { orders { totalCount } }
  freshness { completeness source verifiedAt } } } }"""


async def test_a_first_load_shows_everybody_in_full(shop: Shop, asked: Asked) -> None:
    for _ in range(3):
        shop.join()
    await sync(asked.settings, Manner())
    async with on_stage(asked.database_url) as stage:
        found = (await stage.ask(HER))["customers"]["nodes"]
    assert [one["name"] for one in found] == ["Bob 1", "Bob 2", "Bob 3"]
    assert found[0]["freshness"] == {
        "completeness": "FULL",
        "source": "BACKFILL",
        "verifiedAt": "2026-01-01T00:00:00.000Z",
    }
    assert found[0]["summary"]["orders"]["totalCount"] == 1
    assert {"name": "Fall Campaign", "points": 75} in found[0]["loyalty"]["campaigns"]


async def test_hundreds_come_in_the_fewest_calls(shop: Shop, asked_once: Asked) -> None:
    for _ in range(990):
        shop.join()
    shop.pass_time(3600)
    run = await asked_once.load()
    assert (run.received, run.expected) == (990, 990)
    assert await asked_once.shown() == asked_once.true
    assert len(asked_once.api.asked) <= 10 + 1, "ten pages, and a look whether anybody changed meanwhile"


@pytest.mark.parametrize("is_exclusive", [True, False])
async def test_more_in_one_instant_than_a_page_holds_are_all_found(
    shop: Shop, asked_once: Asked, is_exclusive: bool
) -> None:
    asked_once.api.is_exclusive = is_exclusive
    shop.join()
    at = shop.now + 5_000_000
    for _ in range(333):
        shop.join(at=at)
    shop.now = at
    for _ in range(3):
        shop.join()
    run = await asked_once.load()
    assert await asked_once.shown() == asked_once.true
    assert run.received >= 337
    assert not is_exclusive or run.received == 337


async def test_a_later_run_brings_who_joined_and_who_changed(shop: Shop, asked: Asked) -> None:
    first, second = shop.join(), shop.join()
    shop.pass_time(3600)
    await asked.load()
    shop.pass_time(3600)
    shop.change(first, name="Ann")
    shop.change_silently(second, metadata={"vip": True})
    shop.join()
    before = len(asked.api.asked)
    run = await asked.load()
    assert await asked.shown() == asked.true
    assert not run.is_full
    assert len(asked.api.asked) - before == 2


async def test_who_changes_while_everybody_is_loaded_is_loaded_anew(shop: Shop, asked_once: Asked) -> None:
    early, *_ = [shop.join() for _ in range(150)]
    shop.pass_time(3600)

    async def change_after_the_first_page(_path: str) -> None:
        if len(asked_once.api.asked) == 2:
            shop.change_silently(early, name="Ann")

    asked_once.api.before_answer = change_after_the_first_page
    await asked_once.load()
    assert await asked_once.shown() == asked_once.true


async def test_since_asks_for_what_changed_since_and_leaves_the_next_whole_run_alone(
    shop: Shop, asked_once: Asked
) -> None:
    shop.join()
    shop.pass_time(86_400)
    lately = shop.now
    young = shop.join()
    await asked_once.load(since=lately // 1000)
    assert list(await asked_once.shown()) == [young]
    await asked_once.load()
    assert await asked_once.shown() == asked_once.true


async def test_fewer_than_there_are_is_an_error(shop: Shop, asked_once: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = shop.join()
    hidden = shop.join()
    shop.customers.sorted_by["created_at"].pop()
    shop.customers.sorted_by["updated_at"].pop()
    with pytest.raises(CountsDiffer, match="customers: 2 there, 1 here"):
        await sync(asked_once.settings, Manner())
    assert list(await asked_once.shown()) == [kept] != [hidden]


async def test_a_dry_run_writes_nothing(shop: Shop, asked_once: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(250):
        shop.join()
    await sync(asked_once.settings, Manner(is_dry_run=True))
    assert "250 customers and 0 orders; 250 to load, in about 3 calls" in capsys.readouterr().out
    assert await asked_once.shown() == {}
    assert len(asked_once.api.asked) == 2


async def test_loading_again_says_the_same_and_keeps_no_more(shop: Shop, asked_once: Asked) -> None:
    for _ in range(5):
        shop.join()
    shop.pass_time(10)
    await asked_once.load()
    before, journal = await asked_once.mirror.inbox_rows(), await asked_once.mirror.journal()
    asked_once.intake.verdicts.clear()
    await asked_once.load(since=1)
    assert asked_once.intake.verdicts == {"duplicate": 10}, "each as somebody new, and as somebody changed"
    assert await asked_once.mirror.inbox_rows() == before
    assert await asked_once.mirror.journal() == journal


async def test_the_token_in_a_link_to_the_cockpit_is_not_kept(api: Api, shop: Shop, asked_once: Asked) -> None:
    shop.customers.put(shop.customers.all[shop.join()] | {"assets": {"cockpit_url": "https://x.test/?token=hunter2"}})
    await asked_once.load()
    ((body,),) = await asked_once.mirror.database.read("SELECT body FROM inbox", ())
    assert b"Bob 1" in body
    assert b"hunter2" not in body


async def test_what_is_fetched_is_no_delivery(shop: Shop, asked_once: Asked) -> None:
    shop.join()
    await asked_once.load()
    counted = "SELECT events_received, duplicates, quarantined, last_event_at FROM mirror_state"
    assert await asked_once.mirror.database.read(counted, ()) == [(0, 0, 0, None)]


async def test_a_row_without_an_id_is_kept_aside_and_holds_up_nobody(shop: Shop, asked: Asked) -> None:
    shop.join()
    nameless = shop.join()
    shop.customers.raw[nameless] = b'{"id":5,"name":"Eve","created_at":"2026-01-01T00:00:00.002Z"}'
    shop.join()
    await asked.load()
    assert sorted(await asked.shown()) == ["cust_00000001", "cust_00000003"]
    kept = {row[1:] for row in await asked.mirror.inbox_rows() if row[1] == "quarantined"}
    assert kept == {("quarantined", "the customer has no id")}


async def test_webhooks_that_come_while_everybody_is_loaded_find_their_place(shop: Shop, asked: Asked) -> None:
    for _ in range(300):
        shop.join()
    shop.events.clear()
    shop.pass_time(3600)
    async with on_stage(asked.database_url) as stage:

        async def something_happens(_path: str) -> None:
            for number in range(1, 300, 60):
                shop.change(f"cust_{number:08d}", name=f"Ann {len(shop.events)}")
            for one in reversed(shop.events):
                await stage.tell(one.type, one.data, moment(one.at), f"whs_{one.number}a", f"ev_{one.number}")
            shop.events.clear()

        asked.api.before_answer = something_happens
        await asked.load()
        assert await asked.shown() == asked.true
