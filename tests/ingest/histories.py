"""Histories of a few customers as Voucherify might tell them: at equal moments, in part, twice, through two
doors.
"""

import json
from typing import Any

from hypothesis import strategies as st

from gql_app.mirror.arrival import Arrival, receive
from gql_app.sync.fetched import fetched, missing, telling
from gql_app.voucherify.values import instant
from tests.stage import envelope

MOMENTS = [f"2026-03-0{day}T10:00:00.000Z" for day in (1, 2, 3)]
PEOPLE = ("cust_1", "cust_1", "cust_2")
CAMPAIGNS = ("Club", "Miles")
NUMBERS = st.sampled_from([1, 7, 0, None, "x"])
NAMES = st.sampled_from(["Ann", "Bob", "", None])
EXTRAS = st.sampled_from([{}, {"a": True}, {"a": 1}, {"a": 1.0, "b": [1, {"c": None}]}, None])


def maybe(**parts: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Any of these keys, or none."""
    return st.fixed_dictionaries({}, optional=parts)


STANDINGS = st.dictionaries(
    st.sampled_from(CAMPAIGNS), maybe(points=NUMBERS, loyalty_tier=st.just("ltr_1"), odd=NUMBERS), max_size=2
)
LOYALTY = st.builds(lambda rest, campaigns: rest | {"campaigns": campaigns}, maybe(points=NUMBERS), STANDINGS)
REFERRALS = st.lists(
    st.sampled_from(CAMPAIGNS) | maybe(campaign_id=st.just("camp_1"), referrer_id=st.sampled_from(PEOPLE)),
    max_size=3,
)
CONSENTS = st.dictionaries(st.sampled_from(["cnst_1", "cnst_2"]), maybe(value=st.booleans()))
FULL = maybe(
    name=NAMES,
    email=NAMES,
    source_id=st.sampled_from(["ann", "ann_deleted2026-03-02T10:00:00.000Z"]),
    metadata=EXTRAS,
    address=st.none() | maybe(city=NAMES),
    summary=st.none() | maybe(orders=maybe(total_count=NUMBERS), redemptions=maybe(gift=maybe())),
    loyalty=LOYALTY | LOYALTY | LOYALTY | st.none(),
    referrals=st.none() | maybe(total=NUMBERS, campaigns=REFERRALS),
    system_metadata=maybe(consents=CONSENTS),
    updated_at=st.sampled_from([*MOMENTS, "2099-01-01T00:00:00.000Z"]),
    shoe_size=NUMBERS,
)
SIMPLE = maybe(name=NAMES, email=NAMES, metadata=EXTRAS)
ITEMS = st.lists(maybe(amount=NUMBERS, product=maybe(name=NAMES)), max_size=3)
ORDER = maybe(status=st.sampled_from(["CREATED", "PAID", "ODD"]), amount=NUMBERS, items=ITEMS, metadata=EXTRAS)


def known(ids: tuple[str, ...], rest: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Something with one of these ids."""
    return st.builds(lambda found, said: said | {"id": found}, st.sampled_from(ids), rest)


def saying(**parts: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """All of these keys."""
    return st.fixed_dictionaries(parts)


CUSTOMER, MENTIONED = known(PEOPLE, FULL), known(PEOPLE, SIMPLE)
ORDERS = known(("ord_1", "ord_2"), ORDER)
REDEMPTION = known(("r_1",), maybe(amount=NUMBERS, result=NAMES, customer_id=st.sampled_from(PEOPLE)))
CAMPAIGN = st.builds(lambda name: {"id": f"camp_{name}", "name": name}, st.sampled_from(CAMPAIGNS))
FETCHED = "fetched"
MISSING = "missing"
"""Tellings that are ours: what a customer was when we asked, and that there was none."""

KINDS: dict[tuple[str, ...], st.SearchStrategy[Any]] = {
    ("customer.created", "customer.updated", "customer.deleted"): saying(customer=CUSTOMER),
    ("customer.order.created", "customer.order.paid"): saying(
        customer=MENTIONED, referrer=MENTIONED | st.none(), order=ORDERS, redemption=REDEMPTION | st.none()
    ),
    ("customer.loyalty.tier.joined", "customer.loyalty.tier.left"): saying(
        customer=MENTIONED, campaign=CAMPAIGN, loyalty_tier=known(("ltr_1", "ltr_2"), maybe(name=NAMES))
    ),
    ("customer.voucher.loyalty_card.points_added",): saying(
        customer=MENTIONED, campaign=CAMPAIGN, balance=saying(type=st.just("loyalty_card"), balance=NUMBERS)
    ),
    (FETCHED,): saying(customer=CUSTOMER),
    (MISSING,): saying(customer=CUSTOMER),
    ("customer.segment.entered", "customer.segment.left"): saying(
        customer=CUSTOMER | MENTIONED, segment=known(("seg_1",), maybe(name=NAMES))
    ),
}
Said = tuple[str, Any, str, int]


def _of(types: tuple[str, ...], data: st.SearchStrategy[Any]) -> st.SearchStrategy[Said]:
    return st.tuples(st.sampled_from(types), data, st.sampled_from(MOMENTS), st.integers(1, 4))


def _arrivals(history: list[Said]) -> list[Arrival]:
    """Send-outs are all different; events are sometimes the same, told through two doors."""
    return [receive(_body(*one, number), 1_772_000_000_000_000) for number, one in enumerate(history)]


def _body(kind: str, data: Any, at: str, event: int, number: int) -> bytes:
    if kind == FETCHED:
        found = fetched(json.dumps(data["customer"]).encode(), instant(at) or 0)
        return telling("customer", found, found.changed_at if event % 2 else found.true_at)
    if kind == MISSING:
        return missing(data["customer"]["id"], instant(at) or 0)
    return json.dumps(envelope(kind, data, at, f"whs_{number:03d}a", f"ev_{event}")).encode()


OFTEN = [kind for kind in KINDS if kind[0] in ("customer.created", "customer.voucher.loyalty_card.points_added")]
"""Lists told whole, and rows of them told of alone: what is hardest to bring together comes twice as often."""

HISTORIES = st.lists(st.one_of([_of(kind, KINDS[kind]) for kind in (*KINDS, *OFTEN)]), min_size=3, max_size=12).map(
    _arrivals
)


@st.composite
def tellings(draw: st.DrawFn) -> tuple[list[Arrival], list[Arrival]]:
    """A history, and the same in another order with some of it repeated."""
    history = draw(HISTORIES)
    again = draw(st.lists(st.sampled_from(history), max_size=4))
    return history, draw(st.permutations(history + again))
