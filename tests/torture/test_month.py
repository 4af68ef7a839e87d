"""A month of a shop: what was lost, silent or switched off is found by the next comparison, field by field.

GQL_APP_TEST_MONTH_CUSTOMERS=50000 is for a long night; without it there are fewer.
"""

import os
from dataclasses import dataclass
from random import Random
from typing import Any

import httpx2

from gql_app.mirror.arrival import receive
from gql_app.mirror.shelf import Shelf
from gql_app.sync.customers import Customers
from gql_app.sync.fetched import fetched, telling
from gql_app.sync.reconcile import Reconcile
from gql_app.sync.report import Report
from tests.ingest.mirror import Mirror, folded
from tests.ingest.test_kill import Child, serving
from tests.sync.asked import Asked, asking_of
from tests.torture.books import check_journal
from tests.voucherify.api import Api
from tests.voucherify.sender import DAY, Sender
from tests.voucherify.shop import SECOND, Shop

CUSTOMERS = int(os.environ.get("GQL_APP_TEST_MONTH_CUSTOMERS", "120"))
DAYS = 30
SWITCHED_OFF = 12
KILLED = (5, 17, 23)
OURS = ("stamps", "project_id", "words", "completeness")
"""Columns that say how we know, not what is so."""


@dataclass
class Month:
    """Days of a shop, and the webhooks that tell of them."""

    shop: Shop
    sender: Sender
    child: Child
    chance: Random
    kills: int = 0
    left: int = 0

    async def run(self) -> None:
        """Ends when everything that was sent has come."""
        for day in range(DAYS):
            self.sender.is_on = day != SWITCHED_OFF
            if day in KILLED:
                self.sender.meanwhile = self._kill_once
            for _ in range(max(4, CUSTOMERS // 10)):
                self._live()
            self.sender.pick_up()
            await self.sender.deliver(self.shop.now)
            self.shop.now += 3600 * SECOND
        await self.sender.deliver(self.shop.now + 3 * DAY * SECOND)
        self.shop.pass_time(3 * DAY)

    def say(self, report: Report) -> None:
        """What a month was, for whoever looks (`pytest -s`)."""
        print(
            f"{CUSTOMERS} customers at first: {self.shop.told} events told and {self.sender.lost} lost on the way,"
            f" {self.sender.delivered} taken, {self.sender.refused} refused, {self.kills} kills,"
            f" {len(self.shop.actions)} bulk writes, {self.left} deletions; the comparison found {report.created}"
            f" missing, {report.corrected} otherwise and {report.deleted} gone"
        )

    async def _kill_once(self) -> None:
        """While deliveries are on their way; the next retry finds the successor."""
        await self.child.kill()
        await self.child.start()
        self.kills += 1

    def _live(self) -> None:
        """Something happens to somebody."""
        self.shop.pass_time(self.chance.random() * 20 * DAY / CUSTOMERS)
        here = self.shop.customers.sorted_by["created_at"]
        who = self.chance.choice(here)[1]
        match self.chance.choices(("change", "buy", "silent", "recount", "join", "leave"), (8, 6, 4, 1, 2, 1))[0]:
            case "change":
                self.shop.change(who, name=f"Ann {self.shop.now}", metadata={"visits": self.chance.randint(1, 9)})
            case "buy":
                self.shop.buy(who, self.chance.randint(100, 9999))
            case "silent":
                several = [one for _, one in self.chance.sample(here, 3)]
                self.shop.change_silently(*several, loyalty={"points": self.chance.randint(0, 99), "campaigns": {}})
            case "recount":
                self.shop.recount(who, self.chance.randint(0, 99))
            case "join":
                self.shop.join()
            case "leave":
                self.shop.leave(who)
                self.left += 1


async def test_after_a_month_a_comparison_finds_all_that_nobody_told(database_url: str) -> None:
    shop, chance = Shop(), Random(30)
    for _ in range(CUSTOMERS):
        shop.join()
    shop.events.clear()
    shop.pass_time(3600)
    async with asking_of(Api(shop), database_url) as asked, serving(database_url) as child:
        await first_load(asked)
        base = f"http://127.0.0.1:{child.port}"
        async with httpx2.AsyncClient(base_url=base, timeout=30, trust_env=False) as client:
            sender = Sender(shop, client, "secret", chance)
            month = Month(shop, sender, child, chance)
            await month.run()
        assert sender.lost > 10
        assert month.kills == len(KILLED)
        report = await compared(asked)
        month.say(report)
        assert report.corrected > 0
        assert report.drift["loyalty.points"] > 0
        assert spoken(await asked.mirror.rows(), shop) == spoken(truth(shop), shop)
        assert await living(asked.mirror) == set(shop.customers.all)
        await check_journal(asked.mirror)
        explains_every_step(await asked.mirror.journal())


async def first_load(asked: Asked) -> None:
    """By its own connection, while the server serves."""
    customers = Customers(asked.voucherify, asked.intake)
    begun = await customers.resumed()
    assert [run async for run in customers.load(begun)][-1].received == CUSTOMERS


async def compared(asked: Asked) -> Report:
    """A full comparison, and that another finds nothing."""
    intake = Shelf(asked.mirror.database, asked.intake.announce, "RECONCILE")
    reports = []
    for _ in range(2):
        work = Reconcile(asked.voucherify, intake)
        async for _ in work.run():
            pass
        reports.append(work.report)
    assert (reports[1].created, reports[1].corrected, reports[1].deleted) == (0, 0, 0)
    return reports[0]


async def living(mirror: Mirror) -> set[str]:
    """Who is shown and not deleted."""
    return {row["id"] for row in (await mirror.rows())["customer"] if row["deleted_at"] is None}


def truth(shop: Shop) -> Any:
    """The rows that a mirror makes of what is so."""
    said = (
        telling("customer", one := fetched(shop.customers.body(who), shop.now), one.changed_at)
        for who in shop.customers.all
    )
    return folded([receive(body, shop.now) for body in said])


def spoken(rows: Any, shop: Shop) -> dict[str, dict[str, Any]]:
    """What the rows of living customers say, by table and id."""
    return {
        table: {
            row["id"]: {name: value for name, value in row.items() if name not in OURS}
            for row in rows[table]
            if row["id" if table == "customer" else "customer_id"] in shop.customers.all
        }
        for table in ("customer", "loyalty_campaign", "referral", "consent")
    }


def explains_every_step(journal: list[dict[str, Any]]) -> None:
    """Each change begins where the one before it ended."""
    known: dict[tuple[str, str], Any] = {}
    for one in journal:
        for change in one["changes"]:
            place = one["customer_id"], change["path"]
            assert known.get(place) == change["before"], place
            known[place] = change["after"]
