"""What the live run tells: snapshots of customers, each with a number that every answer carries."""

import re

import msgspec

from bench.events import BEGIN, SECRET, Values, enveloped, simple, snapshot
from bench.load import ask, fire, post
from bench.town import customer_id
from gql_app.voucherify.signature import sign
from gql_app.voucherify.values import moment_at

MARK = re.compile(rb'"name":"Number (\d+)"')

CHANGE = """
  ... on CustomerChange {
    kind version customerId
    changes { path before after }
    customer { id sourceId name email phone address { city line1 country }
      birthdate createdAt summary { orders { totalCount lastOrderDate } } updatedAt }
  }
"""
FOLLOWING = f"subscription Following($after: Cursor) {{ customerChanges(after: $after) {{ {CHANGE} }} }}"
FOLLOWING_ONE = f"""
subscription One($after: Cursor, $id: ID!) {{
  customerChanges(after: $after, filter: {{id: {{eq: $id}}}}) {{ {CHANGE} }}
}}
"""
WATCHING_ONE = """
subscription Watching($id: ID!) {
  customer(by: {id: $id}) {
    id sourceId name email phone address { city line1 country } birthdate createdAt
    summary { orders { totalCount lastOrderDate } } updatedAt
  }
}
"""
CURSOR = msgspec.json.encode({"query": "{ mirror { cursor } }"})
SENDERS = 32


def told(number: int, who: int) -> bytes:
    """The n-th piece of news, about this customer, as a signed delivery on the wire; an id of zeros is a sample's."""
    one = snapshot(number) | simple(who) | {"name": f"Number {number}", "updated_at": moment_at(BEGIN + number * 1000)}
    event: Values = enveloped(number + 1, "customer.updated", {"customer": one})
    body = msgspec.json.encode(event)
    return post("/webhooks/voucherify", body, f"X-Voucherify-Signature: {sign(body, SECRET)}")


def tell(port: int, numbers: range, customers: int) -> None:
    """One piece of news after the other, about so many customers in turn."""
    fire(port, min(SENDERS, len(numbers)), iter([told(number, number % customers) for number in numbers]), 600)


def cursor(port: int) -> str:
    """Where the journal stands."""
    answer = msgspec.json.decode(ask(port, post("/graphql", CURSOR)))
    return str(answer["data"]["mirror"]["cursor"])


def mark(answer: bytes) -> int:
    """The number of the news that an answer tells."""
    found = MARK.search(answer)
    assert found is not None, answer[:300]
    return int(found[1])


def position(answer: bytes) -> int:
    """How far an answer's cursor has come."""
    return reached(str(msgspec.json.decode(answer)["payload"]["extensions"]["cursor"]))


def reached(at: str) -> int:
    """How far a cursor has come; each change is one further."""
    return int(at.rpartition(".")[2])


def own(number: int) -> str:
    """The customer whom the n-th subscriber watches."""
    return customer_id(number)
