"""The demo's story: always the same, shaped like Voucherify's events, and true to itself."""

import asyncio
import hmac
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import httpx2
import pytest

from gql_app.demo.envelope import DISTRIBUTIONS, PROJECT_TYPES
from gql_app.demo.programmes import GREEN_TIERS, HARBOUR_TIERS
from gql_app.demo.story import OPENING, Telling, story
from gql_app.demo.teller import DOOR, Teller, samples

START = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
SEEDS = (1, 7, 2026)
LONG = 3000
ENVELOPE = {"id", "project_id", "created_at", "type", "data", "source", "event"}
EVENT = {"id", "type", "created_at", "entity_id", "group_id", "event_source"}
SNAPSHOT = {
    *("id", "name", "email", "object", "loyalty", "summary", "metadata"),
    *("referrals", "source_id", "created_at", "system_metadata"),
}
OPTIONAL = {"phone", "address", "birthdate", "description", "updated_at"}
STEPS = {
    "Harbour Club": {name: (first, last) for name, first, last in HARBOUR_TIERS},
    "Green Miles": {name: (first, last) for name, first, last in GREEN_TIERS},
}
DISCOUNTS = {f"{name}_amount" for name in ("discount", "applied_discount", "total_discount", "total_applied_discount")}
Envelope = dict[str, Any]


def tellings(seed: int, count: int = LONG) -> list[Telling]:
    return list(islice(story(seed, START), count))


@pytest.fixture(scope="module", params=SEEDS)
def told(request: pytest.FixtureRequest) -> list[Telling]:
    return tellings(request.param)


@pytest.fixture(scope="module")
def once(told: list[Telling]) -> list[Envelope]:
    """What was told, without repetitions."""
    return list({telling.envelope["id"]: telling.envelope for telling in told}.values())


def of_type(envelopes: list[Envelope], *types: str) -> list[Envelope]:
    return [envelope for envelope in envelopes if envelope["event"]["type"] in types]


def customers(envelopes: list[Envelope], *types: str) -> list[dict[str, Any]]:
    return [envelope["data"]["customer"] for envelope in of_type(envelopes, *types)]


def moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def written(envelope: Envelope) -> bytes:
    return json.dumps(envelope).encode()


# Always the same


def test_the_same_seed_and_start_tell_the_same_bytes() -> None:
    assert [written(t.envelope) for t in tellings(7)] == [written(t.envelope) for t in tellings(7)]


def test_another_start_shares_no_id_so_a_demo_begun_again_is_no_duplicate() -> None:
    later = islice(story(7, START + timedelta(hours=1)), 500)
    assert {t.envelope["id"] for t in tellings(7, 500)}.isdisjoint(t.envelope["id"] for t in later)


def test_telling_on_does_not_change_what_was_told() -> None:
    teller = story(7, START)
    first = [telling.envelope for telling in islice(teller, 400)]
    before = [written(envelope) for envelope in first]
    list(islice(teller, 400))
    assert [written(envelope) for envelope in first] == before


# In order


@pytest.mark.parametrize("seed", range(12))
def test_the_first_five_hundred_tellings_contain_each_kind(seed: int) -> None:
    types = [telling.envelope["event"]["type"] for telling in tellings(seed, 500)]
    assert set(types) == PROJECT_TYPES | set(DISTRIBUTIONS)


@pytest.mark.parametrize("seed", range(12))
def test_the_first_five_hundred_contain_a_repetition_and_an_older_snapshot_after_a_newer(seed: int) -> None:
    envelopes = [telling.envelope for telling in tellings(seed, 500)]
    assert len({envelope["id"] for envelope in envelopes}) < len(envelopes)
    fresh = list({envelope["id"]: envelope for envelope in envelopes}.values())
    newest: dict[str, str] = {}
    late = 0
    for customer in customers(fresh, "customer.updated"):
        late += customer["updated_at"] < newest.get(customer["id"], "")
        newest[customer["id"]] = max(customer["updated_at"], newest.get(customer["id"], ""))
    assert late


def test_the_opening_is_told_at_once_and_introduces_the_cast(told: list[Telling]) -> None:
    opening = [telling.envelope for telling in told if not telling.pause]
    assert opening == [telling.envelope for telling in told[: len(opening)]]
    assert len(customers(opening, "customer.created")) == 30
    assert all(START <= moment(envelope["created_at"]) < START + OPENING for envelope in opening)


def test_after_the_opening_the_pauses_carry_the_clock_on_from_the_present(told: list[Telling]) -> None:
    clock, seen = START + OPENING, set[str]()
    for telling in told:
        clock += timedelta(seconds=telling.pause)
        if telling.pause and telling.envelope["id"] not in seen:
            assert telling.pause >= 1
            assert clock - timedelta(seconds=4) < moment(telling.envelope["event"]["created_at"]) <= clock
        seen.add(telling.envelope["id"])


def test_no_two_events_happen_at_the_same_moment(once: list[Envelope]) -> None:
    assert len({envelope["event"]["created_at"] for envelope in once}) == len(once)


# As Voucherify shapes it


def test_envelopes_have_the_documented_keys_and_ids(once: list[Envelope]) -> None:
    for envelope in once:
        assert envelope.keys() == ENVELOPE
        assert envelope["event"].keys() == EVENT
        assert envelope["created_at"] == envelope["event"]["created_at"]
        assert envelope["event"]["entity_id"] == envelope["data"]["customer"]["id"]
        assert (len(envelope["id"]), len(envelope["event"]["id"])) == (22, 24)
        assert envelope["id"].startswith("whs_")
        assert envelope["event"]["id"].startswith("evcus_")


def test_project_webhooks_repeat_their_type_and_distributions_say_what_they_like(
    once: list[Envelope],
) -> None:
    for envelope in once:
        is_project = envelope["event"]["type"] in PROJECT_TYPES
        assert envelope["source"]["object"] == ("webhook" if is_project else "distribution")
        assert envelope["source"]["id"].startswith("wh_" if is_project else "distr_")
        assert (envelope["type"] == envelope["event"]["type"]) is is_project


def test_customers_of_project_webhooks_and_segments_are_full_snapshots(once: list[Envelope]) -> None:
    for customer in customers(once, *PROJECT_TYPES, "customer.segment.entered"):
        assert customer.keys() >= SNAPSHOT
        assert customer.keys() <= SNAPSHOT | OPTIONAL
        assert None not in customer.values()
        assert len(customer["id"]) == len("cust_") + 24


def test_a_snapshot_is_dated_by_its_event(once: list[Envelope]) -> None:
    for envelope in of_type(once, *PROJECT_TYPES):
        customer = envelope["data"]["customer"]
        field = "created_at" if envelope["type"] == "customer.created" else "updated_at"
        assert customer[field] == envelope["created_at"]
    assert all("updated_at" not in customer for customer in customers(once, "customer.created"))


def shapes(value: Any, path: str = "") -> Iterator[str]:
    """The paths of all keys, down to where what is sold or redeemed begins to differ."""
    if isinstance(value, dict) and not path.endswith((".metadata", ".discount")):
        for key, part in value.items():
            yield f"{path}.{key}"
            yield from shapes(part, f"{path}.{key}")
    elif isinstance(value, list):
        for part in value:
            yield from shapes(part, f"{path}[]")


def data_of(body: dict[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = body.get("data", body)
    return data


@pytest.mark.parametrize("type_", sorted(set(DISTRIBUTIONS) - {"customer.segment.entered"}))
def test_distributions_have_the_keys_of_the_published_sample(type_: str, once: list[Envelope]) -> None:
    sample = next(body for path, body in samples() if type_ in (path.removeprefix(f"{DOOR}/"), kind(body)))
    wanted = set(shapes(data_of(sample)))
    for envelope in of_type(once, type_):
        extra = set(shapes(envelope["data"])) - wanted
        assert not wanted - set(shapes(envelope["data"])) - may_lack(wanted)
        assert all(may_add(path) for path in extra), extra


def kind(body: dict[str, Any]) -> str:
    return str(body.get("event", {}).get("type", ""))


def may_lack(paths: set[str]) -> set[str]:
    return {path for path in paths if path.split(".")[-1] in DISCOUNTS | {"sign-up", "location_id"}}


def may_add(path: str) -> bool:
    """Discounts where there is one, and whoever brought the customer."""
    parts = set(path.split("."))
    return bool(parts & {"referrer", "referral_program"}) or path.rsplit(".", 1)[-1] in DISCOUNTS


def test_a_deleted_customer_is_renamed_as_voucherify_does(once: list[Envelope]) -> None:
    for customer in customers(once, "customer.deleted"):
        own, renamed_at = customer["source_id"].split("_deleted")
        assert own.startswith("shop-")
        assert moment(customer["updated_at"]) - moment(renamed_at) == timedelta(milliseconds=16)


# True to itself


def test_loyalty_and_summary_add_up(once: list[Envelope]) -> None:
    for customer in customers(once, *PROJECT_TYPES, "customer.segment.entered"):
        loyalty, summary = customer["loyalty"], customer["summary"]
        entries, orders = loyalty["campaigns"].values(), summary["orders"]
        assert loyalty["points"] == sum(entry["points"] for entry in entries)
        assert loyalty["points"] == summary["redemptions"]["loyalty_card"]["points_to_go"]
        assert loyalty["referred_customers"] == sum(entry["referred_customers"] for entry in entries)
        assert orders["average_amount"] == orders["total_amount"] // max(orders["total_count"], 1)
        assert ("last_order_date" in orders) is bool(orders["total_count"])
        assert customer["referrals"]["total"] == len(customer["referrals"]["campaigns"])


def test_tiers_fit_points(once: list[Envelope]) -> None:
    steps: dict[str, tuple[int, int]] = {}
    for envelope in of_type(once, "customer.loyalty.tier.upgraded"):
        name = envelope["data"]["campaign"]["name"]
        low, high = envelope["data"]["loyalty_tier_from"], envelope["data"]["loyalty_tier_to"]
        assert low["points"]["to"] < high["points"]["from"]
        for tier in (low, high):
            assert STEPS[name][tier["name"]] == (tier["points"]["from"], tier["points"]["to"])
            steps[tier["id"]] = STEPS[name][tier["name"]]
    assert len(steps) == 6
    for customer in customers(once, *PROJECT_TYPES):
        for name in customer["loyalty"]["campaigns"].keys() & STEPS.keys():
            entry = customer["loyalty"]["campaigns"][name]
            assert steps[entry["loyalty_tier"]][0] <= entry["points"] <= steps[entry["loyalty_tier"]][1]


def last_snapshots(envelopes: list[Envelope]) -> dict[str, dict[str, Any]]:
    """The newest snapshot of each customer, whatever came last."""
    snapshots = of_type(envelopes, "customer.created", "customer.updated", "customer.deleted")
    ordered = sorted(snapshots, key=lambda envelope: str(envelope["created_at"]))
    return {envelope["data"]["customer"]["id"]: envelope["data"]["customer"] for envelope in ordered}


def test_a_snapshot_counts_every_paid_order_told_before_it(once: list[Envelope]) -> None:
    paid, count = Counter[str](), Counter[str]()
    for envelope in of_type(once, "customer.order.paid", "customer.updated"):
        customer_id = envelope["event"]["entity_id"]
        if "order" in envelope["data"]:
            paid[customer_id] += envelope["data"]["order"]["total_amount"]
            count[customer_id] += 1
        else:
            orders = envelope["data"]["customer"]["summary"]["orders"]
            assert (orders["total_amount"], orders["total_count"]) == (paid[customer_id], count[customer_id])


def test_orders_are_created_once_paid_at_most_once_and_add_up(once: list[Envelope]) -> None:
    stages: dict[str, list[str]] = {}
    for envelope in of_type(once, "customer.order.created", "customer.order.paid"):
        order = envelope["data"]["order"]
        stages.setdefault(order["id"], []).append(order["status"])
        assert order["amount"] == sum(item["amount"] for item in order["items"])
        assert order["total_amount"] == order["amount"] - order.get("discount_amount", 0)
    assert {tuple(stage) for stage in stages.values()} <= {("CREATED",), ("CREATED", "PAID")}


def test_referrals_name_someone_known_whose_count_grew(once: list[Envelope]) -> None:
    known = last_snapshots(once)
    brought = Counter(r["referrer_id"] for c in known.values() for r in c["referrals"]["campaigns"])
    assert brought
    for customer in known.values():
        # The last friend may have come so late that the referrer was not told anew yet.
        assert 0 <= brought[customer["id"]] - customer["loyalty"]["referred_customers"] <= 1
    assert sum(brought.values()) - sum(c["loyalty"]["referred_customers"] for c in known.values()) <= 1


def test_a_referral_names_the_redemption_of_the_referrers_code(once: list[Envelope]) -> None:
    codes = {
        envelope["data"]["redemption"]["id"]: envelope["data"]
        for envelope in of_type(once, "customer.redemption.succeeded")
        if envelope["data"]["voucher"]["is_referral_code"]
    }
    for customer in last_snapshots(once).values():
        for referral in customer["referrals"]["campaigns"]:
            data = codes[referral["related_object_id"]]
            assert data["holder"]["id"] == data["order"]["referrer_id"] == referral["referrer_id"]
            assert data["redemption"]["date"] == referral["date"]
            assert data["customer"]["id"] == customer["id"]


def test_the_deleted_never_speak_again(once: list[Envelope]) -> None:
    gone: set[str] = set()
    for envelope in once:
        customer_id = envelope["event"]["entity_id"]
        assert customer_id not in gone
        if envelope["type"] == "customer.deleted":
            gone.add(customer_id)


def test_a_repetition_is_the_same_to_the_byte(told: list[Telling]) -> None:
    first: dict[str, bytes] = {}
    for telling in told:
        body = written(telling.envelope)
        assert first.setdefault(telling.envelope["id"], body) == body


def test_nobody_shares_an_id_an_email_or_a_key(once: list[Envelope]) -> None:
    created = customers(once, "customer.created")
    for field in ("id", "email", "source_id"):
        assert len({customer[field] for customer in created}) == len(created)
    assert len({envelope["event"]["id"] for envelope in once}) == len(once)


def test_customers_are_created_before_anything_else_befalls_them(once: list[Envelope]) -> None:
    known: set[str] = set()
    for envelope in once:
        if envelope["type"] == "customer.created":
            known.add(envelope["event"]["entity_id"])
        assert envelope["event"]["entity_id"] in known


def test_addresses_are_examples_only(once: list[Envelope]) -> None:
    emails = [customer["email"] for customer in customers(once, "customer.updated")]
    assert all(email.isascii() and email.endswith(("@example.com", "@example.org")) for email in emails)


def test_the_opening_shows_consents_referrals_and_two_programmes(told: list[Telling]) -> None:
    known = last_snapshots([telling.envelope for telling in told if not telling.pause]).values()
    assert any(customer["system_metadata"] for customer in known)
    assert any(customer["referrals"]["total"] for customer in known)
    assert {name for c in known for name in c["loyalty"]["campaigns"]} == {*STEPS, "Bring a Friend"}


# Through the door


def test_samples_are_bare_or_enveloped_and_carry_no_token() -> None:
    posted = dict(samples())
    bare = {path.removeprefix(f"{DOOR}/") for path in posted if path != DOOR}
    assert bare == {*PROJECT_TYPES, "customer.order.created"}
    assert all("token" not in json.dumps(body) for _, body in samples())
    assert all(body.keys() == ENVELOPE for path, body in samples() if path == DOOR)


class Door:
    """Stands in for the network: keeps what is posted, and answers as told until it runs out of answers."""

    def __init__(self, *answers: httpx2.Response, enough: int) -> None:
        self.requests: list[httpx2.Request] = []
        self.stop = asyncio.Event()
        self._answers = list(answers)
        self._enough = enough

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        if len(self.requests) >= self._enough:
            self.stop.set()
        return self._answers.pop(0) if self._answers else httpx2.Response(202)

    async def hear(self, secret: str | None) -> None:
        transport = httpx2.MockTransport(self)
        async with httpx2.AsyncClient(transport=transport, base_url="http://door.example") as client:
            await Teller(client, secret, self.stop).tell(7)


def test_the_teller_posts_the_samples_then_the_story_until_stopped() -> None:
    door, shipped = Door(enough=50), [path for path, _ in samples()]
    asyncio.run(door.hear(None))
    paths = [request.url.path for request in door.requests]
    assert paths == shipped + [DOOR] * (50 - len(shipped))
    assert "x-voucherify-signature" not in door.requests[0].headers


def test_the_teller_signs_the_bytes_it_sends() -> None:
    door = Door(enough=20)
    asyncio.run(door.hear("s3cret"))
    for request in door.requests:
        signature = hmac.new(b"s3cret", request.content, "sha256").hexdigest()
        assert request.headers["x-voucherify-signature"] == signature


def test_the_teller_knocks_again_when_the_house_is_full() -> None:
    full = httpx2.Response(503, headers={"retry-after": "0"})
    door = Door(full, full, enough=20)
    asyncio.run(door.hear(None))
    assert len({request.content for request in door.requests[:3]}) == 1
    assert door.requests[3].content != door.requests[2].content


def test_the_teller_gives_up_where_its_signature_is_refused() -> None:
    with pytest.raises(httpx2.HTTPStatusError):
        asyncio.run(Door(httpx2.Response(401), enough=20).hear("wrong"))
