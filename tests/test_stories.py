"""Sentences about the product: an event is told, a question asked, a change watched."""

import itertools

from tests.stage import Stage, payload

EVERYTHING = """{ customers { nodes {
  id sourceId name email birthdate description deletedAt createdAt updatedAt unknownFields
  address { city state line1 line2 country postalCode }
  summary { orders { totalCount totalAmount { minorUnits amount currency } lastOrderDate }
            redemptions { totalRedeemed gift { amountToGo { minorUnits } } loyaltyCard { pointsToGo } } }
  loyalty { points referredCustomers campaigns { id name points tierId referredCustomers redeemedPoints pointsToGo } }
  referrals { total campaigns { campaignName campaignId referrerId } }
  metadata { key value }
  orders { nodes { id status totalAmount { amount currency } items { productName quantity } } }
  freshness { completeness }
} } }"""

SEEDS = ("customer.created", "customer.updated", "customer.deleted", "customer.order.created")


async def test_an_order_before_its_customer_makes_a_customer_known_in_part(stage: Stage) -> None:
    await stage.post("customer.order.created", payload("seeds/customer.order.created"))
    nodes = (await stage.ask(EVERYTHING))["customers"]["nodes"]
    assert [(one["name"], one["freshness"]["completeness"]) for one in nodes] == [("Jack Webhook", "PARTIAL")]
    assert nodes[0]["orders"]["nodes"][0]["totalAmount"] == {"amount": "25.00", "currency": "USD"}


async def test_a_campaign_without_points_has_null_points(stage: Stage) -> None:
    await stage.post("customer.updated", payload("seeds/customer.updated"))
    (customer,) = (await stage.ask(EVERYTHING))["customers"]["nodes"]
    (standing,) = customer["loyalty"]["campaigns"]
    assert (standing["points"], standing["redeemedPoints"], standing["pointsToGo"]) == (None, 10, 40)
    assert customer["referrals"]["campaigns"][0]["campaignName"] == "summer_savings_2024"


async def test_a_deleted_customer_keeps_the_merchants_id(stage: Stage) -> None:
    await stage.post("customer.deleted", payload("seeds/customer.deleted"))
    question = "query($id: ID!) { customer(by: {id: $id}) { sourceId deletedAt } }"
    found = await stage.ask(question, id="cust_7LvqCsUB9c8WyFP8JaLXchtF")
    assert found["customer"] == {"sourceId": "lionel-johnson", "deletedAt": "2024-02-01T11:16:40.918Z"}
    assert (await stage.ask('{ customer(by: {sourceId: "lionel-johnson"}) { id } }'))["customer"] is None


async def test_a_change_is_seen_as_it_happens(stage: Stage) -> None:
    async with stage.watcher() as watcher:
        await watcher.subscribe('subscription { customer(by: {id: "cust_A9f32Khs91"}) { name } }')
        assert await watcher.data() == {"customer": None}
        await stage.post("customer.updated", payload("seeds/customer.updated"))
        assert await watcher.data() == {"customer": {"name": "Ariana Patel"}}


def permutations() -> list[tuple[str, ...]]:
    """Every order of the seeds."""
    return list(itertools.permutations(SEEDS))
