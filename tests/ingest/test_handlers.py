"""What the published samples mean, as facts; and that no sample makes a handler stumble."""

import json
from pathlib import Path
from typing import Any

import pytest

from gql_app.mirror.arrival import Arrival, receive
from gql_app.mirror.facts import Put, PutAll, Rank
from gql_app.mirror.handlers.customer_lists import standing_id
from models import (
    Campaign,
    Customer,
    CustomerSegment,
    LoyaltyCampaign,
    LoyaltyTier,
    Order,
    OrderItem,
    Redemption,
    Referral,
    Segment,
)
from tests.ingest.test_door import mirror_of, post
from tests.stage import PAYLOADS, Stage

DATA = sorted((PAYLOADS / "webhook-data").glob("*.json"))
ENVELOPES = sorted(PAYLOADS.glob("webhook-envelopes*/*.json"))
TAKEN = {(202, "stored"), (202, "duplicate")}
"""Some samples carry the same body under two names."""

NO_EVENTS = {
    "customer.rewarded.loyalty_points.envelope-fragment",
    "payload-designer-template.customer-summary",
    "raw-payload.distribution",
}


def arrival(name: str) -> Arrival:
    """A published data object, received bare."""
    return receive((PAYLOADS / "webhook-data" / f"{name}.json").read_bytes(), 1_770_000_000_000_000, name)


def facts(name: str, model: type[Any]) -> list[Put | PutAll]:
    """What a sample says of one model."""
    return [fact for fact in arrival(name).facts or () if fact.model is model]


def said(name: str) -> Any:
    """The sample itself."""
    return json.loads((PAYLOADS / "webhook-data" / f"{name}.json").read_text())


async def test_every_published_data_object_is_taken(stage: Stage) -> None:
    for file in DATA:
        response = await post(stage, file.read_bytes(), f"/webhooks/voucherify/{file.stem}")
        assert (response.status_code, response.json()["status"]) in TAKEN, (file, response.text)
    verdicts = {verdict for _, verdict, _ in await mirror_of(stage).inbox_rows()}
    assert verdicts <= {"applied", "stale", "unmapped"}
    assert await mirror_of(stage).journal() != []


async def test_every_published_envelope_is_taken(stage: Stage) -> None:
    for number, file in enumerate(ENVELOPES):
        said = file.read_bytes().replace(b'"whs_ID"', b'"whs_%d"' % number)  # several were printed with this one
        response = await post(stage, said)
        expected = {"quarantined"} if file.stem in NO_EVENTS else {"stored", "duplicate"}
        assert response.status_code == 202
        assert response.json()["status"] in expected, (file, response.text)
    assert "handler" not in str(await mirror_of(stage).inbox_rows())


def test_a_created_customer_is_told_in_full() -> None:
    (put,) = facts("customer.created", Customer)
    assert isinstance(put, Put)
    sample = said("customer.created")["customer"]
    assert (put.id, put.rank, put.final) == (sample["id"], Rank.FULL, False)
    assert (put.columns["name"], put.columns["completeness"]) == (sample.get("name"), 2)


def test_a_deleted_customer_is_told_for_good() -> None:
    puts = arrival("customer.deleted").facts or ()
    assert {fact.model for fact in puts} >= {Customer, LoyaltyCampaign, Referral}
    assert all(fact.final for fact in puts)
    assert isinstance(puts[0], Put)
    assert "_deleted" not in puts[0].columns["source_id"]


def test_an_order_is_told_with_its_lines_and_whoever_placed_it() -> None:
    order = said("customer.order.created")["order"]
    (put,) = facts("customer.order.created", Order)
    (lines,) = facts("customer.order.created", OrderItem)
    assert isinstance(put, Put)
    assert isinstance(lines, PutAll)
    assert (put.id, put.columns["raw_status"], put.rank) == (order["id"], order["status"], Rank.FULL)
    assert [row["position"] for row in lines.rows.values()] == list(range(len(order["items"])))
    assert order["customer"]["id"] in {fact.id for fact in facts("customer.order.created", Customer)}  # type: ignore[union-attr]


def test_a_nested_customer_clears_nothing() -> None:
    puts = [fact for fact in arrival("customer.order.created").facts or () if fact.model is Customer]
    told = {name for put in puts if isinstance(put, Put) for name in put.columns}
    assert told <= {"name", "email", "source_id", "metadata", "project_id", "completeness"}


def test_a_points_event_tells_the_holders_balance() -> None:
    name = "customer.voucher.loyalty_card.points_added"
    sample = said(name)
    (put,) = facts(name, LoyaltyCampaign)
    holder = sample["voucher"].get("holder_id") or sample["customer"]["id"]
    assert put == Put(
        LoyaltyCampaign,
        standing_id(holder, sample["campaign"]["name"]),
        {"customer_id": holder, "name": sample["campaign"]["name"], "points": sample["balance"]["balance"]},
    )


@pytest.mark.parametrize("step", ["joined", "upgraded", "prolonged"])
def test_a_tier_event_tells_the_tier_and_what_it_is_called(step: str) -> None:
    name = f"customer.loyalty.tier.{step}"
    tier = said(name).get("loyalty_tier_to") or said(name)["loyalty_tier"]
    (standing,) = facts(name, LoyaltyCampaign)
    assert isinstance(standing, Put)
    assert standing.columns["tier_id"] == tier["id"]
    assert tier["id"] in {fact.id for fact in facts(name, LoyaltyTier)}  # type: ignore[union-attr]
    assert len(facts(name, Campaign)) == 1


def test_leaving_a_tier_leaves_none() -> None:
    (standing,) = facts("customer.loyalty.tier.left", LoyaltyCampaign)
    assert isinstance(standing, Put)
    assert standing.columns["tier_id"] is None


def test_entering_a_segment_tells_the_segment_and_the_membership() -> None:
    (segment,), (membership,) = (facts("customer.segment.entered", one) for one in (Segment, CustomerSegment))
    assert isinstance(segment, Put)
    assert isinstance(membership, Put)
    assert membership.columns["segment_id"] == segment.id
    assert membership.columns["present"] is True


def test_a_holder_that_is_no_customer_is_none() -> None:
    name = "customer.holder.assignment.created"
    assert said(name)["holder"]["object"] == "redeemable_holder"
    who = {said(name)["customer"]["id"], said(name)["voucher"]["holder_id"]}
    assert {fact.id for fact in facts(name, Customer) if isinstance(fact, Put)} == who
    assert arrival(name).customer_id == said(name)["customer"]["id"]


def test_a_campaign_that_is_only_named_keeps_its_type() -> None:
    (put,) = facts("voucher.disabled", Campaign)
    assert isinstance(put, Put)
    assert (put.rank, put.columns.keys()) == (Rank.SIMPLE, {"name"})


@pytest.mark.parametrize("name", ["redemption.succeeded", "customer.redemption.succeeded"])
def test_a_redemption_is_told_with_what_stands_beside_it(name: str) -> None:
    sample = said(name)["redemption"]
    puts = [fact for fact in facts(name, Redemption) if isinstance(fact, Put) and fact.id == sample["id"]]
    assert puts[0].columns["customer_id"] == sample["customer_id"]
    assert puts[0].columns["result"] == sample["result"]


@pytest.mark.parametrize("file", DATA, ids=lambda file: file.stem)
def test_the_same_sample_means_the_same_twice(file: Path) -> None:
    assert arrival(file.stem).facts == arrival(file.stem).facts
