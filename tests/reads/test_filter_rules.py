"""What filters promise, one sentence each."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.stage import Stage, on_stage

AT = "2024-02-01T10:42:59.594Z"
ANN = {
    "id": "cust_ann",
    "name": "Ann STRASSE ΌΣΟΣ",
    "email": "ann@example.test",
    "birthdate": "1974-01-02",
    "created_at": AT,
    "address": {"city": "100% Ort", "country": "DE"},
    "summary": {"orders": {"total_count": 3, "total_amount": 24900, "last_order_date": AT}},
    "loyalty": {"points": 45, "campaigns": {"Club": {"points": 40, "loyalty_tier": "ltr_gold"}, "Spa": {"points": 5}}},
    "metadata": {
        "size": 10,
        "label": "10",
        "vip": True,
        "since": "2024-02-01T11:42:59.594+01:00",
        "day": "2024-02-01",
        "none": None,
        "a.b": 1,
        "tier": {"level": "gold"},
        "tags": ["x", {"y": 9}],
        'q"$': "odd",
    },
}
BOB = {"id": "cust_bob", "name": "bob_", "metadata": {"size": 9, "label": "9", "vip": "true"}}
EVE = {"id": "cust_eve", "name": "Eve", "deleted_at": None}
EVERYONE = ["ann", "bob", "kim"]


def order(number: int, product: str, status: str, amount: int) -> dict[str, Any]:
    """An order of one line."""
    items = [{"product_id": product, "quantity": 1}]
    return {"id": f"ord_{number}", "status": status, "amount": amount, "total_amount": amount, "items": items}


@pytest.fixture
async def shop(database_url: str) -> AsyncIterator[Stage]:
    """Ann with everything, Bob with little, Kim known by id only, Eve deleted."""
    async with on_stage(database_url) as stage:
        for customer in (ANN, BOB, {"id": "cust_kim"}):
            await stage.tell("customer.updated", {"customer": customer}, AT)
        await stage.tell("customer.deleted", {"customer": EVE}, AT)
        orders = (order(1, "prod_a", "PAID", 10), order(2, "prod_b", "CREATED", 500))
        for one in orders:
            await stage.tell("customer.order.created", {"customer": {"id": "cust_ann"}, "order": one}, AT)
        for event, segment in (("entered", "seg_1"), ("entered", "seg_2"), ("left", "seg_2")):
            data = {"customer": {"id": "cust_ann"}, "segment": {"id": segment, "name": segment}}
            await stage.tell(f"customer.segment.{event}", data, AT.replace("42", "43" if event == "left" else "42"))
        yield stage


async def those(shop: Stage, written: str) -> list[str]:
    """Whom a filter finds, without the prefixes of their ids."""
    found = await shop.ask(f"{{ customers(filter: {written}) {{ nodes {{ id }} totalCount {{ value }} }} }}")
    assert found["customers"]["totalCount"]["value"] == len(found["customers"]["nodes"])
    return [node["id"].removeprefix("cust_") for node in found["customers"]["nodes"]]


FOUND = {
    # Missing values
    '{name: {ne: "Eve"}}': EVERYONE,
    '{name: {notIn: ["bob_"]}}': ["ann", "kim"],
    "{loyaltyPoints: {lt: 100}}": ["ann"],
    "{not: {loyaltyPoints: {lt: 100}}}": ["bob", "kim"],
    "{not: {not: {loyaltyPoints: {lt: 100}}}}": ["ann"],
    "{name: {isNull: true}}": ["kim"],
    "{name: {isNull: false}}": ["ann", "bob"],
    # Nothing said
    "{}": EVERYONE,
    "{and: []}": EVERYONE,
    "{or: []}": [],
    "{not: {or: []}}": EVERYONE,
    "{name: {in: []}}": [],
    "{name: {notIn: []}}": EVERYONE,
    "{name: null, and: null, or: null, not: null}": EVERYONE,
    # Text
    '{city: {contains: "%"}}': ["ann"],
    '{name: {contains: "_"}}': ["bob"],
    '{name: {startsWith: "bob_"}}': ["bob"],
    '{name: {startsWith: "Bob"}}': [],
    '{name: {startsWith: "BOB", caseInsensitive: true}}': ["bob"],
    '{name: {contains: "όσος", caseInsensitive: true}}': ["ann"],
    '{name: {contains: "Straße", caseInsensitive: true}}': [],
    '{name: {eq: "BOB_", ne: "EVE", notIn: ["ANN"], caseInsensitive: true}}': ["bob"],
    '{name: {in: ["x\\u0000", "bob_"]}}': ["bob"],
    '{name: {ne: "\\u0000"}}': EVERYONE,
    # Several operators, and columns with names of their own
    '{ordersTotalAmount: {gt: 1, lt: 24901}, ordersTotalCount: {eq: 3}, country: {eq: "DE"}}': ["ann"],
    '{birthdate: {gte: "1974-01-02", lt: "1975-01-01"}}': ["ann"],
    '{createdAt: {eq: "2024-02-01T11:42:59.594+01:00"}, lastOrderDate: {lte: "2024-02-01T10:42:59.594Z"}}': ["ann"],
    # Rows beneath
    '{anyLoyaltyCampaign: {name: {eq: "Club"}, points: {gte: 40}, tierId: {eq: "ltr_gold"}}}': ["ann"],
    '{anyLoyaltyCampaign: {name: {eq: "Spa"}, points: {gte: 40}}}': [],
    '{anyOrder: {status: [PAID], productId: {eq: "prod_a"}}}': ["ann"],
    '{anyOrder: {status: [PAID], productId: {eq: "prod_b"}}}': [],
    "{anyOrder: {}}": ["ann"],
    "{not: {anyOrder: {}}}": ["bob", "kim"],
    '{segmentId: {eq: "seg_1"}}': ["ann"],
    '{segmentId: {in: ["seg_2", "seg_3"]}}': [],
    "{segmentId: {isNull: true}}": ["bob", "kim"],
    # Metadata
    '{metadata: {path: "size", number: {gt: 9}}}': ["ann"],
    '{metadata: {path: "label", string: {startsWith: "1"}}}': ["ann"],
    '{metadata: {path: "size", string: {eq: "10"}}}': [],
    '{metadata: {path: "label", number: {eq: 10}}}': [],
    '{metadata: {path: "size", number: {in: [10, 11.5]}}}': ["ann"],
    '{metadata: {path: "vip", boolean: true}}': ["ann"],
    '{not: {metadata: {path: "vip", boolean: true}}}': ["bob", "kim"],
    '{metadata: {path: "since", date: {eq: "2024-02-01T10:42:59.594Z"}}}': ["ann"],
    '{metadata: {path: "day", date: {eq: "2024-02-01T00:00:00Z"}}}': ["ann"],
    '{metadata: {path: "size", date: {isNull: true}}}': EVERYONE,
    '{metadata: {path: "none", exists: true}}': ["ann"],
    '{metadata: {path: "none", string: {isNull: false}}}': [],
    '{metadata: {path: "size", exists: false}}': ["kim"],
    '{metadata: {path: "a\\\\.b", exists: true}}': ["ann"],
    '{metadata: {path: "a.b", exists: true}}': [],
    '{metadata: {path: "tier.level", string: {eq: "GOLD", caseInsensitive: true}}}': ["ann"],
    '{metadata: {path: "tags.1.y", number: {eq: 9}}}': ["ann"],
    '{metadata: {path: "tags.-2", string: {eq: "x"}}}': ["ann"],
    '{metadata: {path: "q\\"$", string: {eq: "odd"}}}': ["ann"],
    # Deleted customers
    "{deleted: ONLY}": ["eve"],
    "{deleted: INCLUDE}": ["ann", "bob", "eve", "kim"],
    "{deleted: null}": EVERYONE,
    '{deleted: INCLUDE, not: {name: {eq: "Eve"}}}': EVERYONE,
    '{deleted: INCLUDE, or: [{name: {eq: "Eve"}}, {id: {eq: "cust_kim"}}]}': ["eve", "kim"],
    '{deleted: INCLUDE, or: [{deleted: ONLY}, {id: {eq: "cust_kim"}}]}': ["eve", "kim"],
    "{deleted: INCLUDE, not: {deleted: ONLY}}": EVERYONE,
    "{deleted: INCLUDE, not: {deleted: EXCLUDE}}": [],
}


async def test_a_filter_finds_exactly_those_it_means(shop: Stage) -> None:
    assert {written: await those(shop, written) for written in FOUND} == FOUND


async def test_a_variable_means_what_the_same_literal_means(shop: Stage) -> None:
    query = "query($f: CustomerFilter) { customers(filter: $f) { nodes { id } } }"
    said: Any
    for said, expected in (
        ({"deleted": "INCLUDE", "or": [{"name": {"eq": "Eve"}}]}, ["cust_eve"]),
        ({"not": {"name": {"eq": "bob_"}}}, ["cust_ann", "cust_kim"]),
        (None, ["cust_ann", "cust_bob", "cust_kim"]),
    ):
        found = await shop.ask(query, f=said)
        assert [node["id"] for node in found["customers"]["nodes"]] == expected


async def test_orders_know_no_deletion_and_are_found_wherever_they_stand(shop: Stage) -> None:
    query = """query($f: OrderFilter) { orders(filter: $f) { nodes { id } }
               customer(by: {id: "cust_ann"}) { orders(filter: $f) { nodes { id } totalCount { value } } } }"""
    found = await shop.ask(query, f={"status": ["PAID", "FULFILLED"], "customerId": {"eq": "cust_ann"}})
    assert found["orders"]["nodes"] == found["customer"]["orders"]["nodes"] == [{"id": "ord_1"}]
    assert found["customer"]["orders"]["totalCount"]["value"] == 1
    assert (await shop.ask(query, f={"status": []}))["orders"]["nodes"] == []


async def test_a_filter_holds_on_every_page(shop: Stage) -> None:
    query = """query($after: String) { customers(first: 1, after: $after, filter: {name: {isNull: false}})
               { nodes { id } totalCount { value } pageInfo { hasNextPage hasPreviousPage endCursor } } }"""
    first = (await shop.ask(query))["customers"]
    second = (await shop.ask(query, after=first["pageInfo"]["endCursor"]))["customers"]
    assert [page["nodes"][0]["id"] for page in (first, second)] == ["cust_ann", "cust_bob"]
    assert [page["pageInfo"]["hasNextPage"] for page in (first, second)] == [True, False]
    assert second["pageInfo"]["hasPreviousPage"] is True
    assert first["totalCount"] == second["totalCount"] == {"value": 2}


def nested(levels: int) -> dict[str, Any]:
    """Filters within one another."""
    return {"not": nested(levels - 1)} if levels else {}


REFUSED: list[tuple[Any, str]] = [
    ({"name": {"eq": None}}, "customers: filter.name.eq must not be null"),
    ({"or": [{}, {"id": {"in": None}}]}, "filter.or[1].id.in must not be null"),
    ({"name": {"isNull": None}}, "filter.name.isNull must not be null: leave it out, or ask with true or false"),
    ({"metadata": {"path": "a", "boolean": None}}, "filter.metadata.boolean must not be null"),
    ({"metadata": {"path": "a", "exists": None}}, "filter.metadata.exists must not be null"),
    ({"metadata": {"path": "a"}}, "filter.metadata must say what to look for"),
    ({"metadata": {"path": "a\\", "exists": True}}, "ends in a lone backslash"),
    ({"id": {"in": ["x"] * 1001}}, "may have 1000 values, but one has 1001"),
    ({"or": [{"name": {"eq": "x"}}] * 101}, "a filter may have 100 conditions"),
    ({"or": [{}] * 200}, "a filter may be made of 200 filters"),
    (nested(9), "filters may stand 8 deep"),
    ({"or": [{}] * 501}, "The variables hold more than 500 objects"),
    ({"id": {"in": ["x"] * 10_001}}, "but one has 10001"),
]


@pytest.mark.parametrize(("said", "expected"), REFUSED, ids=[expected for _, expected in REFUSED])
async def test_a_filter_that_could_mean_anything_or_costs_too_much_is_refused(
    stage: Stage, said: Any, expected: str
) -> None:
    answer = await stage.answer(QUESTION, f=said)
    (error,) = answer["errors"]
    assert expected in error["message"]
    assert not (answer.get("data") or {}).get("customers")


async def test_the_largest_filter_there_may_be_is_answered(shop: Stage) -> None:
    many: dict[str, Any] = {"or": [{"anyOrder": {"id": {"in": ["ord_1"] * 1000}}}] + [{"name": {"eq": "x"}}] * 99}
    said: dict[str, Any] = many
    for name in ("not", "not", "and", "or", "not", "not"):
        said = {name: said if name == "not" else [said]}
    query = """query($f: CustomerFilter, $o: OrderFilter) { customers(filter: $f) { nodes {
                 orders(filter: $o) { nodes { customer { orders(filter: $o) { nodes { id } } } } } } } }"""
    found = await shop.ask(query, f=said, o=nested(8))
    assert [len(one["orders"]["nodes"]) for one in found["customers"]["nodes"]] == [2]


ATTACKS = (
    "' OR 1=1 --",
    "'; DROP TABLE customer; --",
    '"',
    "\\",
    "$1",
    "?1",
    "{inner}",
    "%",
    "*",
    "a') OR ('1'='1",
    "$.a",
)
TEXTS = ("sourceId", "name", "email", "phone", "country", "city")


QUESTION = "query($f: CustomerFilter) { customers(filter: $f) { nodes { id } } }"


def everywhere(text: str) -> list[dict[str, Any]]:
    """Filters that find nobody, with this text wherever a text may stand."""
    equal = [{"eq": text}, {"in": [text]}]
    operators = [*equal, {"startsWith": text}, {"eq": text, "caseInsensitive": True}]
    parts: list[dict[str, Any]] = [{name: one} for name in TEXTS for one in operators]
    parts += [{name: one} for name in ("id", "segmentId") for one in equal]
    parts += [{"metadata": {"path": text.replace("\\", "\\\\"), "exists": True}}]
    parts += [{"metadata": {"path": "label", "string": one}} for one in operators]
    parts += [{"anyOrder": {"productId": {"eq": text}}}, {"anyLoyaltyCampaign": {"name": {"eq": text}}}]
    return parts


@pytest.mark.parametrize("text", ATTACKS)
async def test_text_that_looks_like_a_command_is_text(shop: Stage, text: str) -> None:
    assert (await shop.ask(QUESTION, f={"or": everywhere(text)}))["customers"]["nodes"] == []
    assert len((await shop.ask(QUESTION, f={"deleted": "INCLUDE"}))["customers"]["nodes"]) == 4


async def test_a_watched_object_may_have_a_filter_beneath(shop: Stage) -> None:
    query = 'subscription($f: OrderFilter) { customer(by: {id: "cust_ann"}) { orders(filter: $f) { nodes { id } } } }'
    async with shop.watcher() as watcher:
        await watcher.subscribe(query, f={"status": ["PAID"], "totalAmount": {"gte": 10}})
        assert await watcher.data() == {"customer": {"orders": {"nodes": [{"id": "ord_1"}]}}}
        paid = order(3, "prod_a", "PAID", 11)
        await shop.tell("customer.order.created", {"customer": {"id": "cust_ann"}, "order": paid}, AT)
        assert await watcher.data() == {"customer": {"orders": {"nodes": [{"id": "ord_1"}, {"id": "ord_3"}]}}}
