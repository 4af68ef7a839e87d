"""Who is found by which words."""

import pytest

from tests.stage import Stage

ANN = {
    "id": "cust_ann",
    "object": "customer",
    "name": "Łucja Żółć-Müller",
    "email": "lucy.m@example.test",
    "source_id": "crm_0042",
    "phone": "+48 123-456",
}
BOB = {"id": "cust_bob", "object": "customer", "name": "Bob Zed", "email": "bob@mail.test", "phone": "0048 77"}


async def found(stage: Stage, text: str) -> list[str]:
    asked = "query($s: String!) { customers(search: $s) { nodes { id } totalCount { value } } }"
    page = (await stage.ask(asked, s=text))["customers"]
    assert page["totalCount"]["value"] == len(page["nodes"])
    return [node["id"] for node in page["nodes"]]


@pytest.fixture
async def two(stage: Stage) -> Stage:
    """Two customers, told once."""
    for customer in (ANN, BOB):
        await stage.post("customer.updated", {"customer": customer})
    return stage


@pytest.mark.parametrize(
    "text",
    [
        *("lucja", "ŁUCJA", "zolc", "muller luc", "lucy.m@example", "LUCY", "crm_0042", "0042", "crm"),
        *("+48 123-456", "48123456", "123", "123456", "456", "+48 (123) 4", "luc 0042 example"),
    ],
)
async def test_words_lead_to_the_customer(two: Stage, text: str) -> None:
    assert await found(two, text) == ["cust_ann"]


@pytest.mark.parametrize("text", ["ucja", "lucja bob", "!?", "\u200b-", "+4", "nobody", "\U0010ffff", "23"])
async def test_what_begins_no_word_leads_to_nobody(two: Stage, text: str) -> None:
    assert await found(two, text) == (["cust_ann"] if text == "+4" else [])


@pytest.mark.parametrize("text", ["", "  ", "test", "\u00a0"])
async def test_an_empty_search_is_none(two: Stage, text: str) -> None:
    assert await found(two, text) == ["cust_ann", "cust_bob"]


async def test_a_customer_is_found_by_what_they_are_called_now(two: Stage) -> None:
    await two.tell("customer.updated", {"customer": BOB | {"name": "Robert"}}, "2099-01-01T00:00:00Z")
    assert await found(two, "zed") == []
    assert await found(two, "robert") == await found(two, "bob@mail") == ["cust_bob"]


async def test_a_deleted_customer_is_found_where_deleted_ones_are_asked_for(two: Stage) -> None:
    await two.tell("customer.deleted", {"customer": BOB}, "2099-01-01T00:00:00Z")
    assert await found(two, "bob") == []
    asked = '{ customers(search: "bob", filter: {deleted: ONLY}) { nodes { id } } }'
    assert (await two.ask(asked))["customers"]["nodes"] == [{"id": "cust_bob"}]


async def test_more_words_than_eight_are_refused(two: Stage) -> None:
    answer = await two.answer('{ customers(search: "a b c d e f g h i") { nodes { id } } }')
    assert answer["errors"][0]["message"] == "search: 9 words are more than the 8 allowed."


async def test_words_that_lead_to_many_are_read_along_the_order(two: Stage) -> None:
    crowd = [(f"cust_x{number:05d}",) for number in range(10_050)]
    async with two.parts.database.turn() as transaction:
        await transaction.execute_many("INSERT INTO customer (id, name, stamps) VALUES ($1, 'Many', '{}')", crowd)
        await transaction.execute_many("INSERT INTO customer_word (customer_id, word) VALUES ($1, 'many')", crowd)
    sort = "first: 2, orderBy: [{field: NAME}, {field: ID, direction: DESC}]"
    asked = f'customers(search: "man", {sort}) {{ nodes {{ id }} totalCount(cap: 20000) {{ value }} }}'
    page = (await two.ask(f"{{ {asked} }}"))["customers"]
    assert [node["id"] for node in page["nodes"]] == ["cust_x10049", "cust_x10048"]
    assert page["totalCount"]["value"] == 10_050
    assert (await two.ask('{ customers(search: "man luc") { nodes { id } } }'))["customers"]["nodes"] == []


DEEPEST_FILTER = {"loyaltyPoints": {"gte": 0}}
for _ in range(2):
    DEEPEST_FILTER = {"not": {"or": [{"not": {"and": [DEEPEST_FILTER]}}, {"anyOrder": {"status": ["PAID"]}}]}}

EVERYTHING_AT_ONCE = """
query ($after: String, $filter: CustomerFilter) {
  customers(first: 2, after: $after, search: "zora", filter: $filter,
            orderBy: [{field: LOYALTY_POINTS, direction: DESC}, {field: NAME}, {field: UPDATED_AT, nulls: FIRST}]) {
    totalCount { value }
    edges { cursor node { id orders(first: 2, orderBy: [{field: CREATED_AT}], filter: {not: {status: [PAID]}}) {
      edges { node { id customer { orders(first: 1) {
        nodes { items { price { amount } } }
        pageInfo { endCursor }
      } } } }
      pageInfo { hasNextPage endCursor }
    } } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""


async def test_all_that_a_list_can_be_asked_at_once(stage: Stage) -> None:
    for points in (5, 40, 20, 30):
        told = {"id": f"cust_{points}", "object": "customer", "name": "Zora", "loyalty": {"points": points}}
        await stage.post("customer.updated", {"customer": told})
    seen, after = [], None
    while True:
        page = (await stage.ask(EVERYTHING_AT_ONCE, after=after, filter=DEEPEST_FILTER))["customers"]
        assert page["totalCount"]["value"] == 4
        seen += [edge["node"]["id"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert seen == ["cust_40", "cust_30", "cust_20", "cust_5"]
