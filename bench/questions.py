"""What is asked: one nested customer, fifty of them, five hundred flat ones, a page of those found, sums."""

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
PAGE = """
query Page($search: String!, $cities: [String!]!, $points: Long!) {
  customers(
    first: 20
    search: $search
    filter: { city: { in: $cities }, loyaltyPoints: { gte: $points } }
    orderBy: [{ field: LOYALTY_POINTS, direction: DESC }, { field: ID, direction: DESC }]
  ) {
    totalCount { value }
    nodes { id name email loyalty { points } }
  }
}
"""
TIERS = """
{
  customersAggregate(groupBy: [{ field: TIER }]) {
    group { value }
    count
    loyaltyPoints { sum avg min max }
  }
}
"""
CITIES_ASKED = ("Gdańsk", "Lyon", "Leeds")
STRIDE = 7919
"""A prime, so that all customers are asked about before any is asked about again."""


@dataclass(frozen=True, slots=True)
class Question:
    """A document, and the variables of the n-th time it is asked."""

    name: str
    document: str
    variables: Callable[[int], dict[str, Any]]
    in_order: bool = True
    """Whether the answer's list has an order."""

    @property
    def letter(self) -> str:
        """What it is called for short, in whatever words it is asked."""
        return self.name[0]

    def request(self, number: int) -> bytes:
        """The n-th request on the wire."""
        said = {"query": self.document, "variables": self.variables(number)}
        return post("/graphql", msgspec.json.encode(said))

    def requests(self) -> Iterator[bytes]:
        """Requests without end, made beforehand, each about other customers than the one before."""
        made = [self.request(number) for number in range(500)]
        while True:
            yield from made


def one_customer(number: int) -> dict[str, Any]:
    """Whom the n-th request is about."""
    return {"id": customer_id(number * STRIDE % CUSTOMERS)}


def first_of_page(number: int) -> str:
    """After which customer the n-th page begins."""
    return customer_id(number * STRIDE % (CUSTOMERS - 600))


def _page(number: int) -> dict[str, Any]:
    return _after(first_of_page(number))


def _after(customer: str) -> dict[str, Any]:
    return {"after": f"customer:{customer}".encode().hex()}


def word_asked(number: int) -> str:
    """How the telephone numbers of a hundred customers begin, in a town of any size."""
    return f"{number * STRIDE % (CUSTOMERS // 100):04d}"


def points_asked(number: int) -> int:
    """How many points they have at least; everybody has less than 900."""
    return 10 * (number % 7)


def _found(number: int) -> dict[str, Any]:
    search = f"patel {word_asked(number)}"
    return {"search": search, "cities": CITIES_ASKED, "points": points_asked(number)}


QUESTIONS = (
    Question("A: 1 customer, nested", ONE, one_customer),
    Question("B: 50 customers, nested", FIFTY, _page),
    Question("C: 500 customers, flat", FLAT, _page),
    Question("D: 20 customers, searched, filtered, sorted, counted", PAGE, _found),
    Question("E: sums by tier", TIERS, lambda _: {}, in_order=False),
)


def growing(size: int) -> tuple[Question, ...]:
    """What must cost the same in a town of any size."""

    def deep(number: int) -> dict[str, Any]:
        return _after(customer_id(size * 9 // 10 + number * STRIDE % (size // 20)))

    return (
        Question("B: 50 customers, nested, among the first 20,000", FIFTY, _page),
        Question("B: the same in the last tenth", FIFTY, deep),
        Question("C: 500 customers, flat, in the last tenth", FLAT, deep),
        Question("D: 20 of a hundred found by two words", PAGE, _found),
    )
