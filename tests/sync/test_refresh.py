"""Who was told of in part is fetched in full, later and once, by one process of several, while the server serves."""

import asyncio
from collections.abc import Callable

import pytest

from gql_app.mirror.clock import now as real_now
from gql_app.mirror.marks import Lease
from gql_app.mirror.shelf import Shelf
from gql_app.sync.refresh import Refresh
from gql_app.sync.report import Report
from tests.ingest.mirror import body
from tests.stage import SOON, envelope, on_stage
from tests.sync.asked import Asked
from tests.voucherify.api import Api
from tests.voucherify.served import served
from tests.voucherify.shop import Shop, moment

ONE = "/v1/customers/cust_"


async def hear_news(asked: Asked) -> None:
    """Everything that happened is delivered."""
    while asked.api.shop.events:
        one = asked.api.shop.events.pop(0)
        await asked.mirror.hear(body(one.type, one.data, moment(one.at), one.number))


async def refreshed(asked: Asked, seconds_later: float) -> Report:
    """A round, so long after what was heard last: journals are written by our clock."""
    intake = Shelf(asked.mirror.database, asked.intake.announce, "RECONCILE")
    return await Refresh(asked.voucherify, intake, 30).round(real_now() + int(seconds_later * 1_000_000))


@pytest.fixture
async def begun(shop: Shop, asked: Asked) -> Asked:
    """Two customers, loaded; refreshing has begun."""
    shop.join()
    shop.join()
    await asked.load()
    shop.events.clear()
    await refreshed(asked, 0)
    return asked


async def test_what_an_order_adds_up_to_is_fetched_once_it_has_been_added_up(shop: Shop, begun: Asked) -> None:
    for amount in (500, 700, 900):
        shop.buy("cust_00000001", amount)
    await hear_news(begun)
    assert (await refreshed(begun, 5)).compared == 0
    shop.pass_time(60)
    report = await refreshed(begun, 60)
    assert (report.compared, report.corrected) == (1, 1), "three orders, one question"
    customer = await begun.mirror.row(id="cust_00000001")
    assert customer["summary_orders_total_amount"] == 1600 + 900
    assert (await refreshed(begun, 90)).compared == 0


async def test_who_is_known_only_in_passing_is_fetched_in_full(shop: Shop, begun: Asked) -> None:
    stranger = shop.join()
    shop.events.clear()
    shop.buy(stranger, 300)
    await hear_news(begun)
    assert (await begun.mirror.row(id=stranger))["completeness"] == 1
    shop.pass_time(60)
    await refreshed(begun, 60)
    assert (await begun.mirror.row(id=stranger))["completeness"] == 2
    assert await begun.shown() == begun.true


async def test_who_told_of_themselves_need_not_be_fetched(shop: Shop, begun: Asked) -> None:
    shop.change("cust_00000001", name="Ann")
    await hear_news(begun)
    before = len(begun.api.asked)
    await refreshed(begun, 60)
    assert len(begun.api.asked) == before


async def test_a_failure_forgets_nobody(shop: Shop, begun: Asked) -> None:
    shop.buy("cust_00000001", 500)
    await hear_news(begun)
    shop.pass_time(60)
    begun.api.troubles.append(403)
    with pytest.raises(Exception, match="403"):
        await refreshed(begun, 60)
    assert (await refreshed(begun, 60)).corrected == 1


async def test_one_of_two_processes_has_the_lease_until_it_runs_out(asked: Asked) -> None:
    time = [1_000_000_000]

    def lease() -> Lease:
        return Lease(asked.mirror.database, "lease.test", 60, lambda: time[0])

    first, second = lease(), lease()
    assert [await first.is_ours(), await second.is_ours(), await first.is_ours()] == [True, False, True]
    time[0] += 59_000_000
    assert [await second.is_ours(), await first.is_ours(), await second.is_ours()] == [False, True, False]
    time[0] += 61_000_000
    assert [await second.is_ours(), await first.is_ours()] == [True, False]


async def eventually(true: Callable[[], bool]) -> None:
    """Waits for it, with a limit."""
    async with asyncio.timeout(SOON):
        while not true():
            await asyncio.sleep(0)


async def test_a_server_with_keys_refreshes_and_reconciles_by_itself(api: Api, shop: Shop, database_url: str) -> None:
    shop.join()
    shop.now = real_now()
    async with served(api) as url:
        keys = {"voucherify_url": url, "voucherify_app_id": "app-id", "voucherify_app_token": "app-token"}
        async with on_stage(database_url, **keys, refresh_after_seconds=0.01, reconcile_every_hours=1) as stage:
            await eventually(lambda: any("customers?" in one for one in api.asked))
            order = {"id": "ord_1", "status": "PAID", "customer_id": "cust_00000001"}
            at = moment(shop.now)
            said = {"order": order, "customer": {"id": "cust_00000001"}}
            await stage.client.post(
                "/webhooks/voucherify", json=envelope("customer.order.paid", said, at, "whs_1a", "ev_1")
            )
            await eventually(lambda: any(ONE in one for one in api.asked))


async def test_a_server_without_keys_asks_nobody(api: Api, database_url: str) -> None:
    async with on_stage(database_url, reconcile_every_hours=1):
        tasks = {task.get_name() for task in asyncio.all_tasks()}
    assert "writer" in tasks
    assert not tasks & {"refresh", "reconcile"}
