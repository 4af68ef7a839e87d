"""What is asked: one nested customer, fifty of them, five hundred flat ones."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from bench.load import post
from bench.town import CUSTOMERS, customer_id

NESTED = """
fragment Nested on Customer {
  id name email
  address { city line1 country postalCode }
  summary { orders { totalCount totalAmount { minorUnits } lastOrderDate } }
  loyalty { points campaigns { name points tier { name } } }
  orders(first: 3) {
    nodes {
      id status createdAt totalAmount { minorUnits currency }
      items { productName quantity price { minorUnits } }
    }
  }
}
"""
ONE = "query One($id: ID!) { customer(by: {id: $id}) { ...Nested } }" + NESTED
FIFTY = "query Fifty($after: String) { customers(first: 50, after: $after) { nodes { ...Nested } } }" + NESTED
FLAT = """
query Flat($after: String) {
  customers(first: 500, after: $after) {
    nodes { id sourceId name email phone birthdate createdAt updatedAt }
  }
}
"""
STRIDE = 7919
"""A prime, so that all customers are asked about before any is asked about again."""


@dataclass(frozen=True, slots=True)
class Question:
    """A document, and the variables of the n-th time it is asked."""

    name: str
    document: str
    variables: Callable[[int], dict[str, Any]]

    def request(self, number: int) -> bytes:
        """The n-th request on the wire."""
        said = {"query": self.document, "variables": self.variables(number)}
        return post("/graphql", msgspec.json.encode(said))

    def requests(self) -> Iterator[bytes]:
        """Requests without end, made beforehand, each about other customers than the one before."""
        made = [self.request(number) for number in range(500)]
        while True:
            yield from made


def _one(number: int) -> dict[str, Any]:
    return {"id": customer_id(number * STRIDE % CUSTOMERS)}


def _page(number: int) -> dict[str, Any]:
    return {"after": f"id:{customer_id(number * STRIDE % (CUSTOMERS - 600))}".encode().hex()}


QUESTIONS = (
    Question("A: 1 customer, nested", ONE, _one),
    Question("B: 50 customers, nested", FIFTY, _page),
    Question("C: 500 customers, flat", FLAT, _page),
)
