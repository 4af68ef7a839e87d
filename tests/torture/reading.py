"""A client who reads everything: each row of each table, with all that may be asked of it."""

import json
from typing import Any

from tests.ingest.mirror import Mirror
from tests.stage import Stage

PAGE = 100
READ = "query Read($ids: [ID!]!) { nodes(ids: $ids) { id %s } }"
STANDING = """fragment Standing on LoyaltyCampaign { id name points tierId referredCustomers redeemedPoints
  pointsToGo
  unknownFields campaign { id } tier { id name } }
"""
ORDER = """fragment Order on Order { id sourceId status rawStatus customerId referrerId
  amount { minorUnits amount currency }
  discountAmount { amount } totalAmount { amount } createdAt updatedAt unknownFields metadata { key value }
  items { productId skuId sourceId productName quantity price { amount } amount { amount }
    discountAmount { amount } subtotalAmount { amount } unknownFields }
  redemptions(first: 100) { nodes { id status amount { minorUnits } } } }
"""
CUSTOMER = """fragment Customer on Customer { id sourceId name email phone birthdate description version
  createdAt updatedAt deletedAt unknownFields metadata { key value }
  address { city state line1 line2 country postalCode }
  summary { orders { totalCount totalAmount { amount } averageAmount { amount } lastOrderDate }
    redemptions { totalRedeemed totalFailed gift { redeemedAmount { amount } } loyaltyCard { pointsToGo } } }
  loyalty { points referredCustomers campaigns { ...Standing } }
  referrals { total campaigns { campaignName campaignId referrerId relatedObjectId relatedObjectType date } }
  segments { id name enteredAt } consents { id granted date } freshness { completeness receivedAt source }
  referred(first: 100) { nodes { id } } orders(first: 100) { nodes { ...Order } }
  redemptions(first: 100) { nodes { id } } }
"""
LIST = """query List($after: String) { customers(first: 100, after: $after) {
  nodes { ...Customer activity(first: 100) { nodes { id type data } } } pageInfo { hasNextPage endCursor } } }
"""
NODES = {
    "customer": "... on Customer { ...Customer }",
    "order": "... on Order { ...Order customer { id } referrer { id } }",
    "redemption": """... on Redemption { status result amount { amount } points date voucherCode failureCode
        failureMessage campaign { id } order { id } customer { id } }""",
    "campaign": """... on Campaign { name type totals { members points referredCustomers }
        members(first: 100) { edges { cursor } } }""",
    "loyalty_tier": "... on LoyaltyTier { name pointsFrom pointsTo }",
    "loyalty_campaign": "... on LoyaltyCampaign { ...Standing }",
    "inbox": """... on Activity { type occurredAt receivedAt data campaign { id } order { id }
        redemption { id } }""",
}
"""What is asked of the rows of a table that have an id of their own."""


async def read_everything(stage: Stage, mirror: Mirror) -> int:
    """Every row of every table, through GraphQL; returns how many there were."""
    seen = 0
    for table, asked_of in NODES.items():
        found = await mirror.database.read(f'SELECT id FROM "{table}" ORDER BY id', ())
        ids = [f"act_{row[0]}" if table == "inbox" else row[0] for row in found]
        for start in range(0, len(ids), PAGE):
            await _read_nodes(stage, asked_of, ids[start : start + PAGE])
        seen += len(ids)
    return seen + await _list_everything(stage)


async def _read_nodes(stage: Stage, asked_of: str, ids: list[str]) -> None:
    query = READ % asked_of + _needed(asked_of)
    nodes = (await asked(stage, query, ids=ids))["nodes"]
    assert [node["id"] for node in nodes] == ids


def _needed(query: str) -> str:
    """The fragments it uses, and those they use."""
    if "...Customer" in query:
        return CUSTOMER + ORDER + STANDING
    return ORDER if "...Order" in query else STANDING if "...Standing" in query else ""


async def _list_everything(stage: Stage) -> int:
    after, seen = None, 0
    while True:
        page = (await asked(stage, LIST + _needed(LIST), after=after))["customers"]
        seen += len(page["nodes"])
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return seen


async def asked(stage: Stage, query: str, **variables: Any) -> Any:
    """The data of an answer that is JSON by the letter and has no errors."""
    response = await stage.client.post("/graphql", json={"query": query, "variables": variables})
    answer = json.loads(response.content.decode(), parse_constant=_no_constant)
    assert "errors" not in answer, (answer["errors"], variables)
    return answer["data"]


def _no_constant(word: str) -> Any:
    raise AssertionError(f"{word} is not JSON")
