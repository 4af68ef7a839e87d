"""What changed without a word is found, put right, and said."""

import pytest

from gql_app.commands.fetching import fetching
from gql_app.commands.reconciling import NotAtVoucherify, look_at, reconcile
from gql_app.mirror.shelf import Shelf
from gql_app.sync.customers import Customers
from gql_app.sync.reconcile import Reconcile, Suspicious
from gql_app.sync.report import Report
from tests.ingest.mirror import body
from tests.live.scenes import until
from tests.stage import on_stage
from tests.sync.asked import Asked
from tests.voucherify.shop import Shop, moment


async def reconciled(asked: Asked, is_full: bool = True, allows: bool = False) -> Report:
    """A whole run."""
    intake = Shelf(asked.mirror.database, asked.intake.announce, "RECONCILE")
    work = Reconcile(asked.voucherify, intake, allows)
    async for _ in work.run(is_full):
        pass
    return work.report


@pytest.fixture
async def settled(shop: Shop, asked: Asked) -> Asked:
    """Twenty customers, loaded an hour ago, and compared once."""
    for _ in range(20):
        shop.join()
    shop.pass_time(3600)
    await asked.load()
    await reconciled(asked)
    shop.pass_time(3600)
    return asked


async def test_an_equal_mirror_is_left_as_it_is_and_verified(shop: Shop, settled: Asked) -> None:
    before, inbox = await settled.mirror.journal(), await settled.mirror.inbox_rows()
    report = await reconciled(settled)
    assert (report.compared, report.corrected, report.created, report.deleted) == (20, 0, 0, 0)
    assert await settled.mirror.journal() == before
    assert await settled.mirror.inbox_rows() == inbox
    verified = await settled.mirror.database.read("SELECT DISTINCT verified_at FROM customer", ())
    assert verified == [(moment(shop.now // 1_000_000 * 1_000_000),)]


async def test_a_bulk_write_is_found_and_its_drift_said_by_field(shop: Shop, settled: Asked) -> None:
    shop.change_silently("cust_00000003", "cust_00000004", name="Ann", metadata={"vip": True})
    report = await reconciled(settled, is_full=False)
    assert await settled.shown() == settled.true
    assert report.drift == {"name": 2, "metadata": 2, "updatedAt": 2}
    assert report.is_full, "a bulk job in the log: who knows what it did"
    kinds = [(row["kind"], row["customer_id"]) for row in await settled.mirror.journal()][-2:]
    assert kinds == [("RECONCILED", "cust_00000003"), ("RECONCILED", "cust_00000004")]


async def test_a_sweep_asks_only_for_what_changed(shop: Shop, settled: Asked) -> None:
    shop.change("cust_00000005", phone="+48 1")
    before = len(settled.api.asked)
    report = await reconciled(settled, is_full=False)
    assert (report.is_full, report.corrected) == (False, 1)
    assert len(settled.api.asked) - before == 3, "the log, the new, the changed"
    assert await settled.shown() == settled.true


async def test_what_changed_without_a_time_is_found_by_meeting_everybody(shop: Shop, settled: Asked) -> None:
    shop.recount("cust_00000007", points=77)
    report = await reconciled(settled)
    assert report.drift == {"loyalty.points": 1}
    assert (await settled.mirror.row(id="cust_00000007"))["loyalty_points"] == 77


async def test_who_is_gone_is_told_to_be_deleted_and_who_was_missing_to_be_there(shop: Shop, settled: Asked) -> None:
    shop.leave("cust_00000002", is_told=False)
    young = shop.join()
    report = await reconciled(settled)
    assert (report.created, report.deleted) == (1, 1)
    assert await settled.shown() == settled.true
    told = {(row["kind"], row["customer_id"]) for row in (await settled.mirror.journal())[-2:]}
    assert told == {("CREATED", young), ("DELETED", "cust_00000002")}
    async with on_stage(settled.database_url) as stage:
        found = await stage.ask('{ customer(by: {id: "cust_00000002"}) { deletedAt name } }')
    assert found["customer"]["deletedAt"] is not None


async def test_who_is_not_met_but_there_is_not_deleted(shop: Shop, settled: Asked) -> None:
    listed = shop.customers.sorted_by["created_at"]
    listed.remove(next(one for one in listed if one[1] == "cust_00000006"))
    report = await reconciled(settled)
    assert report.deleted == 0
    assert await settled.shown() == settled.true


async def test_another_projects_keys_delete_nobody(shop: Shop, settled: Asked) -> None:
    for number in range(1, 16):
        shop.leave(f"cust_{number:08d}", is_told=False)
    shown = await settled.shown()
    with pytest.raises(Suspicious, match="--allow-deletions"):
        await reconciled(settled)
    assert await settled.shown() == shown
    assert (await reconciled(settled, allows=True)).deleted == 15
    assert await settled.shown() == settled.true


async def test_a_webhook_that_comes_late_does_not_undo_what_was_found(shop: Shop, settled: Asked) -> None:
    shop.change("cust_00000001", name="Ann")
    late = shop.events[-1]
    shop.pass_time(60)
    shop.change_silently("cust_00000001", name="Anna")
    shop.pass_time(60)
    await reconciled(settled)
    await settled.mirror.hear(body(late.type, late.data, moment(late.at), late.number))
    assert await settled.shown() == settled.true


async def test_what_happened_just_before_asking_is_not_undone_by_an_answer_that_lags(
    shop: Shop, settled: Asked
) -> None:
    who = {"customer": {"id": "cust_00000001"}, "campaign": {"name": "Fall Campaign"}}
    points = who | {"balance": {"type": "loyalty_card", "balance": 999}}
    shop.now += 1000
    told = body("customer.voucher.loyalty_card.points_added", points, moment(shop.now))
    await settled.mirror.hear(told)
    shop.pass_time(5)
    await reconciled(settled)
    standing = await settled.mirror.row("loyalty_campaign", customer_id="cust_00000001", name="Fall Campaign")
    assert standing["points"] == 999


async def test_one_customer_is_fetched_by_either_id(
    shop: Shop, settled: Asked, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.change_silently("cust_00000001", name="Ann")
    await look_at(settled.settings, "source_1", as_json=False)
    assert "1 customer compared: 0 missing, 1 different" in capsys.readouterr().out
    assert await settled.shown() == settled.true
    with pytest.raises(NotAtVoucherify, match="nobody"):
        await look_at(settled.settings, "nobody", as_json=False)


async def test_imported_orders_are_found_where_orders_were_loaded(shop: Shop, settled: Asked) -> None:
    async with fetching(settled.settings) as both:
        await both.load(await Customers(both.voucherify, both.intake).resumed())
    shop.pass_time(3600)
    silent = shop.buy("cust_00000001", 4200, is_told=False)
    assert (await reconciled(settled, is_full=False)).orders == 1
    assert (await settled.mirror.row("order", id=silent))["amount"] == 4200


async def test_the_command_says_what_it_did(shop: Shop, settled: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    shop.change_silently("cust_00000001", email="ann@example.test")
    await reconcile(settled.settings, False, False, True)
    said = capsys.readouterr().out
    assert '"corrected": 1' in said
    assert '"email": 1' in said
    assert "ann@" not in said


async def test_who_listens_hears_of_it_as_reconciled(shop: Shop, settled: Asked) -> None:
    ask = "subscription { customerChanges { ... on CustomerChange { kind changes { path } event { source type } } } }"
    async with on_stage(settled.database_url) as stage, stage.watcher() as watcher:
        await watcher.subscribe(ask)
        await until(lambda: stage.parts.watching.streams.members)
        shop.change_silently("cust_00000001", name="Ann")
        await reconcile(settled.settings, False, False, True)
        change = (await watcher.data())["customerChanges"]
    assert change["kind"] == "RECONCILED"
    assert change["event"] == {"source": "RECONCILE", "type": "customer.fetched"}
    assert {one["path"] for one in change["changes"]} == {"name", "updatedAt"}
