"""What is stored is a function of what was said, not of the order, the number or the company it came in."""

import itertools

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gql_app.mirror.arrival import Arrival
from gql_app.mirror.stamps import pack, unpack
from tests.ingest.histories import tellings
from tests.ingest.mirror import Mirror, body, customer, folded
from tests.stage import on_stage, payload

SEEDS = ("customer.created", "customer.updated", "customer.deleted", "customer.order.created")
EVERYTHING = """fragment All on Customer {
  id sourceId name email birthdate description deletedAt createdAt updatedAt unknownFields
  address { city state line1 line2 country postalCode }
  summary { orders { totalCount totalAmount { minorUnits } lastOrderDate }
            redemptions { totalRedeemed gift { amountToGo { minorUnits } } loyaltyCard { pointsToGo } } }
  loyalty { points referredCustomers campaigns { id name points tierId redeemedPoints pointsToGo } }
  referrals { total campaigns { campaignName campaignId referrerId } }
  metadata { key value }
  orders { nodes { id status totalAmount { amount currency } items { productName quantity } } }
  freshness { completeness } }
{ customers { nodes { ...All } } customer(by: {id: "cust_7LvqCsUB9c8WyFP8JaLXchtF"}) { ...All } }"""
ON_A_DATABASE = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def seeds() -> list[bytes]:
    """The four published samples, each as an event of its own."""
    return [
        body(name, payload(f"seeds/{name}"), f"2025-02-0{number}T00:00:00.000Z", number)
        for number, name in enumerate(SEEDS, 1)
    ]


async def test_the_seeds_make_the_same_rows_in_every_order(mirror: Mirror) -> None:
    await mirror.hear(*seeds())
    expected = await mirror.rows()
    for order in itertools.permutations(seeds()):
        await mirror.clear()
        await mirror.hear(*order, *order[::-1])
        assert await mirror.rows() == expected


async def test_the_seeds_make_the_same_answer_in_every_order(database_url: str) -> None:
    async with on_stage(database_url) as stage:
        answers = []
        for order in itertools.permutations(SEEDS):
            await Mirror(stage.parts.database, stage.parts.inbox).clear()
            for name in (*order, order[0]):
                await stage.post(name, payload(f"seeds/{name}"))
            answers.append(await stage.ask(EVERYTHING))
    assert len(answers[0]["customers"]["nodes"]) == 2
    assert answers[0]["customer"]["deletedAt"] == "2024-02-01T11:16:40.918Z"
    assert all(answer == answers[0] for answer in answers)


@given(tellings())
@settings(max_examples=100, deadline=None)
def test_two_orders_of_one_history_end_in_the_same_rows(told: tuple[list[Arrival], list[Arrival]]) -> None:
    once, again = told
    assert not [arrival.reason for arrival in once if arrival.reason and "handler" in arrival.reason]
    assert folded(again) == folded(once)


@given(told=tellings(), cuts=st.lists(st.integers(1, 5), min_size=20, max_size=20))
@ON_A_DATABASE
async def test_a_history_ends_in_the_same_rows_however_it_is_cut_into_batches(
    mirror: Mirror, told: tuple[list[Arrival], list[Arrival]], cuts: list[int]
) -> None:
    once, again = told
    for batches in ([once], [[arrival] for arrival in again], list(_cut(again, cuts))):
        await mirror.clear()
        for batch in batches:
            await mirror.write(batch)
        assert await mirror.rows() == folded(once)


def _cut(arrivals: list[Arrival], sizes: list[int]) -> "itertools.chain[list[Arrival]]":
    places = [0, *itertools.accumulate(sizes)]
    return itertools.chain(arrivals[start:end] for start, end in itertools.pairwise(places) if arrivals[start:end])


async def test_a_point_told_before_the_whole_list_is_in_it_or_gone(mirror: Mirror) -> None:
    points = {
        "customer": {"id": "cust_1"},
        "campaign": {"name": "Club"},
        "balance": {"type": "loyalty_card", "balance": 5},
    }
    early = body("customer.voucher.loyalty_card.points_added", points, "2026-03-01T00:00:00.000Z", 1)
    late = body("customer.voucher.loyalty_card.points_added", points, "2026-03-03T00:00:00.000Z", 2)
    listed = body("customer.updated", customer(loyalty={"campaigns": {}}), "2026-03-02T00:00:00.000Z", 3)
    await mirror.hear(listed, early)
    assert (await mirror.rows())["loyalty_campaign"] == []
    await mirror.hear(late)
    assert (await mirror.row("loyalty_campaign"))["points"] == 5


async def test_what_came_with_a_list_is_told_of_alone_and_with_the_next_list(mirror: Mirror) -> None:
    """Also where each comes in a turn of its own, so that the row was stored in between."""
    who = {"customer": {"id": "cust_1"}, "campaign": {"name": "Club"}}
    points = who | {"balance": {"type": "loyalty_card", "balance": 9}}
    seen = []
    for number in (1, 2, 3):
        listed = customer(loyalty={"campaigns": {"Club": {"points": number}}})
        kind, said = (
            ("customer.updated", listed) if number % 2 else ("customer.voucher.loyalty_card.points_added", points)
        )
        await mirror.hear(body(kind, said, f"2026-03-0{number}T00:00:00.000Z", number))
        seen.append((await mirror.row("loyalty_campaign"))["points"])
    assert seen == [1, 9, 3]


async def test_a_standing_that_was_taken_back_and_told_again_holds_nothing_of_before(mirror: Mirror) -> None:
    who = {"customer": {"id": "cust_1"}, "campaign": {"name": "Club"}}
    points = who | {"balance": {"type": "loyalty_card", "balance": 5}}
    tier = who | {"loyalty_tier": {"id": "ltr_1"}}
    said = [
        body("customer.voucher.loyalty_card.points_added", points, "2026-03-01T00:00:00.000Z", 1),
        body("customer.updated", customer(loyalty={"campaigns": {}}), "2026-03-02T00:00:00.000Z", 2),
        body("customer.loyalty.tier.joined", tier, "2026-03-03T00:00:00.000Z", 3),
    ]
    await mirror.hear(*said)
    standing = await mirror.row("loyalty_campaign")
    assert (standing["tier_id"], standing["points"]) == ("ltr_1", None)


async def test_nothing_told_of_a_deleted_customer_changes_it_or_its_lists(mirror: Mirror) -> None:
    await mirror.hear(body("customer.deleted", customer(source_id="ann_deleted2026-03-01T00:00:00Z")))
    (deleted, rows) = await mirror.row(), await mirror.rows()
    club = {"points": 3, "campaigns": {"Club": {"points": 3}}}
    told = customer(name="Eve", loyalty=club, referrals={"campaigns": ["x"]}, address={"city": "Rome"})
    tier = {"customer": {"id": "cust_1", "name": "Eve"}, "campaign": {"name": "Club"}}
    later = "2026-04-01T00:00:00.000Z"
    await mirror.hear(body("customer.updated", told, later, 2))
    await mirror.hear(body("customer.loyalty.tier.joined", tier, later, 3))
    assert (await mirror.row(), await mirror.rows()) == (deleted, rows)


async def test_how_much_is_known_only_rises(mirror: Mirror) -> None:
    known = []
    for number, data in enumerate(({"customer": {"id": "cust_1", "name": "A"}}, customer(), None), 1):
        said = data or {"customer": {"id": "cust_1", "email": "a@b.c"}, "order": {"id": "ord_1"}}
        kind = "customer.updated" if number == 2 else "customer.order.created"
        await mirror.hear(body(kind, {"order": {"id": f"ord_{number}"}} | said, number=number))
        known.append((await mirror.row())["completeness"])
    assert known == [1, 2, 2]


@given(st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["00", "01", "12"])))
def test_stamps_are_read_as_they_were_written(stamps: dict[str, str]) -> None:
    packed = pack(stamps, "abcdef")
    assert unpack(packed, "abcdef") == stamps
    assert pack(dict(reversed(stamps.items())), "abcdef") == packed
