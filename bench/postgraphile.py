"""The same questions in the words of the schema that PostGraphile makes of the tables."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import msgspec

from bench.load import ask, post
from bench.questions import CITIES_ASKED, Question, first_of_page, one_customer, points_asked, word_asked

NESTED = """
fragment Nested on Customer {
  id: rowId name email
  addressCity addressLine1 addressCountry addressPostalCode
  summaryOrdersTotalCount summaryOrdersTotalAmount summaryOrdersLastOrderDate
  loyaltyPoints standingsList(orderBy: NAME_ASC) { name points tier { name } }
  ordersList(first: 3) {
    id: rowId status createdAt totalAmount currency
    itemsList(orderBy: POSITION_ASC) { productName quantity price }
  }
}
"""
ONE = "query One($id: String!) { customer(rowId: $id) { ...Nested } }" + NESTED
FIFTY = "query Fifty($after: Cursor) { customers(first: 50, after: $after) { nodes { ...Nested } } }" + NESTED
FLAT = """
query Flat($after: Cursor) {
  customers(first: 500, after: $after) {
    nodes { id: rowId sourceId name email phone birthdate createdAt updatedAt }
  }
}
"""
PAGE = """
query Page($words: [String!]!, $cities: [String!]!, $points: BigInt!) {
  customers(
    first: 20
    condition: { found: $words }
    filter: { addressCity: { in: $cities }, loyaltyPoints: { greaterThanOrEqualTo: $points } }
    orderBy: [LOYALTY_POINTS_DESC, PRIMARY_KEY_DESC]
  ) {
    totalCount
    nodes { id: rowId name email loyaltyPoints }
  }
}
"""
TIERS = """
{
  aidsCustomerInTiers {
    groupedAggregates(groupBy: [TIER_ID]) {
      keys
      count: sum { one }
      sum { loyaltyPoints }
      average { loyaltyPoints }
      min { loyaltyPoints }
      max { loyaltyPoints }
    }
  }
}
"""
ANY_CURSOR = "{ customers(first: 1) { pageInfo { endCursor } } }"


def in_its_words(port: int) -> Iterator[Question]:
    """The questions that this server can be asked; its cursors differ from one another only in the customer's id."""
    answer = msgspec.json.decode(ask(port, post("/graphql", msgspec.json.encode({"query": ANY_CURSOR}))))
    cursor = answer["data"]["customers"]["pageInfo"]["endCursor"]
    order: str = json.loads(base64.b64decode(cursor))[0]

    def page(number: int) -> dict[str, Any]:
        key = msgspec.json.encode([order, first_of_page(number)])
        return {"after": base64.b64encode(key).decode()}

    yield Question("A", ONE, one_customer)
    yield Question("B", FIFTY, page)
    yield Question("C", FLAT, page)
    yield Question("D", PAGE, _found)
    yield Question("E", TIERS, lambda _: {}, in_order=False)


def _found(number: int) -> dict[str, Any]:
    """The word that fewer have comes first."""
    words = [word_asked(number), "patel"]
    return {"words": words, "cities": CITIES_ASKED, "points": str(points_asked(number))}
