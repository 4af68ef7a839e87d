"""Orders, campaigns and tiers: beyond the caps of their lists, and later only what changed."""

import pytest

from gql_app.commands.fetching import CountsDiffer, Manner, sync
from gql_app.errors import VoucherifyUnreachable
from gql_app.sync.orders import LAST_PAGE, Orders, Run
from tests.stage import on_stage, payload
from tests.sync.asked import Asked
from tests.voucherify.api import Api
from tests.voucherify.shop import Shop


@pytest.fixture
def short_lists(api: Api) -> int:
    """Lists that end after two pages instead of a hundred."""
    api.last_page["orders"] = 2
    return 2


async def load(asked: Asked, last_page: int = LAST_PAGE) -> Run:
    """A whole run."""
    orders = Orders(asked.voucherify, asked.intake, last_page)
    begun = await orders.resumed()
    return [run async for run in orders.load(begun)][-1]


async def amounts(asked: Asked) -> dict[str, int]:
    """What the mirror knows."""
    return {row["id"]: row["amount"] for row in (await asked.mirror.rows())["order"]}


def true_amounts(shop: Shop) -> dict[str, int]:
    """What it should know."""
    return {one: said["amount"] for one, said in shop.orders.all.items()}


async def test_orders_are_shown_with_their_customers(shop: Shop, asked: Asked) -> None:
    who = shop.join()
    shop.buy(who, 1250)
    await sync(asked.settings, Manner())
    async with on_stage(asked.database_url) as stage:
        found = await stage.ask(
            "{ orders { nodes { amount { minorUnits } status customer { name } items { price { minorUnits } } } } }"
        )
    (order,) = found["orders"]["nodes"]
    assert (order["amount"]["minorUnits"], order["status"], order["customer"]["name"]) == (1250, "PAID", "Bob 1")
    assert len(order["items"]) == 3


@pytest.mark.parametrize(("count", "details"), [(150, 0), (350, 0), (460, 60)])
async def test_beyond_both_ends_of_the_list_each_is_asked_for(
    shop: Shop, asked_once: Asked, short_lists: int, count: int, details: int
) -> None:
    who = shop.join()
    for number in range(count):
        shop.buy(who, number)
    run = await load(asked_once, short_lists)
    assert await amounts(asked_once) == true_amounts(shop)
    assert run.is_done
    assert len([one for one in asked_once.api.asked if "/v1/orders/ord_" in one]) == details


async def test_a_run_broken_off_between_the_ends_asks_for_nothing_twice(
    shop: Shop, asked_once: Asked, short_lists: int
) -> None:
    who = shop.join()
    for number in range(460):
        shop.buy(who, number)

    async def break_off(path: str) -> None:
        if path.endswith("ord_00000231"):
            asked_once.api.troubles.append(403)

    asked_once.api.before_answer = break_off
    with pytest.raises(Exception, match="403"):
        await load(asked_once, short_lists)
    asked_once.api.before_answer = None
    await load(asked_once, short_lists)
    assert await amounts(asked_once) == true_amounts(shop)
    details = [one for one in asked_once.api.asked if "/v1/orders/ord_" in one]
    assert len(details) == 60 + 1


async def test_a_later_run_goes_back_to_the_last_ones_beginning(shop: Shop, asked_once: Asked) -> None:
    who = shop.join()
    for number in range(250):
        shop.buy(who, number)
    shop.pass_time(3600)
    await load(asked_once)
    shop.pass_time(3600)
    first = next(iter(shop.orders.all.values()))
    shop.buy(who, 777)
    shop.orders.put(first | {"amount": 888, "updated_at": "2026-01-01T02:00:01.000Z"})
    before = len(asked_once.api.asked)
    await load(asked_once)
    assert await amounts(asked_once) == true_amounts(shop)
    assert len(asked_once.api.asked) - before == 1


async def test_an_export_that_fails_is_said(shop: Shop, asked_once: Asked, short_lists: int) -> None:
    who = shop.join()
    for number in range(460):
        shop.buy(who, number)
    asked_once.api.exports.is_failing = True
    with pytest.raises(VoucherifyUnreachable, match="export"):
        await load(asked_once, short_lists)


async def test_fewer_orders_than_there_are_is_an_error(shop: Shop, asked_once: Asked) -> None:
    who = shop.join()
    shop.buy(who, 1)
    shop.buy(who, 2)
    shop.orders.sorted_by["created_at"].pop()
    with pytest.raises(CountsDiffer, match="orders: 2 there, 1 here"):
        await sync(asked_once.settings, Manner())


async def test_campaigns_and_their_tiers_get_their_names(shop: Shop, asked: Asked) -> None:
    sample = payload("webhook-data/campaign.loyalty_tier.created")
    shop.campaigns.put(sample["campaign"])
    shop.tiers[sample["campaign"]["id"]].append(sample["loyalty_tier"])
    await sync(asked.settings, Manner())
    async with on_stage(asked.database_url) as stage:
        found = await stage.ask('{ campaign(name: "Loyalty 2025") { id type } }')
        tier = await stage.ask(f'{{ node(id: "{sample["loyalty_tier"]["id"]}") {{ ... on LoyaltyTier {{ name }} }} }}')
    assert found["campaign"] == {"id": sample["campaign"]["id"], "type": "LOYALTY_PROGRAM"}
    assert tier["node"] == {"name": "Loyalty-tier-03"}
