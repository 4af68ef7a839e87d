"""A mirror of rich and awkward rows, told through the webhook."""

import json
from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any

from tests.reads.documents import Pool
from tests.stage import PAYLOADS, Stage, envelope

LARGEST = 2**53 - 1
ODD = (
    'She said "hi"',
    "it's",
    "back\\slash \\u0041 \\",
    "line\nfeed\r\n\ttab",
    "\x01\x02\x1b\x1f\x7f\x80",
    "Zoë 東京 ﷽ ",
    "😀👩‍👩‍👧",
    "\u2028\u2029\ufeff",
    "",
    " ",
    "null",
    "'; DROP TABLE customer; --",
    "{inner} {name} $1 ?1 %s",
)
METADATA: dict[str, Any] = {
    "flag": True,
    "off": False,
    "none": None,
    "count": LARGEST,
    "below": -LARGEST,
    "beyond": 2**60,
    "share": 0.1,
    "tiny": 1.5e-7,
    "whole": 5.0,
    "huge": 1e300,
    "list": [1, [2.5, {"a": None}], "x", True, []],
    "table": {"deep": {"deeper": [{"k": "v"}]}, "": 1},
    "a.b": "dot",
    "$.a": "path",
    "a": "plain",
    'q"uote': "q",
    "it's": "apostrophe",
    "back\\slash": "b",
    "new\nline": "n",
    "[0]": "bracket",
    "0": "zero",
    "ключ": "значение",
    "😀": "smile",
    "": "empty key",
    "text": 'all "of\\ it"\n',
    "empty": "",
}
WHEN = ("2024-01-05", "2024-02-01T10:42:59.594Z", "2024-02-01 11:42:59.5949+01:00", "someday", 20240105, None)
STATUSES = ("CREATED", "PAID", "CANCELED", "FULFILLED", "SOMETHING NEW", None)
MANY = 45


async def fill(stage: Stage, bodies: Iterable[tuple[str, bytes]]) -> None:
    """Tells all of these."""
    for path, body in bodies:
        response = await stage.client.post(path, content=body, headers={"content-type": "application/json"})
        assert response.status_code == 202, response.text


def everything() -> Iterator[tuple[str, bytes]]:
    """Sample after sample, then customers nobody would think of."""
    yield from _samples()
    yield from _customers()
    yield from orders()
    yield from _others()


def _samples() -> Iterator[tuple[str, bytes]]:
    for file in sorted(PAYLOADS.glob("webhook-*/*.json")):
        yield _sample(file.stem, json.loads(file.read_text()))
    for file in sorted(PAYLOADS.glob("seeds/customer.*.json")):
        yield _sample(file.stem, json.loads(file.read_text()))


def _sample(name: str, body: Any) -> tuple[str, bytes]:
    door = "/webhooks/voucherify"
    return (door if "event" in body and "data" in body else f"{door}/{name}"), json.dumps(body).encode()


def _customers() -> Iterator[tuple[str, bytes]]:
    told = count(1)
    for number, odd in enumerate(ODD):
        yield _told(next(told), "customer.updated", {"customer": _awkward(number, odd)})
    yield _told(next(told), "customer.updated", {"customer": {"id": "cust_nulls", "object": "customer"}})
    nothing = dict.fromkeys(("name", "email", "source_id", "address", "summary", "loyalty", "metadata"))
    yield _told(next(told), "customer.updated", {"customer": {"id": "cust_told_null", **nothing}})
    empty: dict[str, Any] = {"address": {}, "summary": {"orders": {}, "redemptions": {"gift": {}}}}
    empty |= {"loyalty": {}, "referrals": {}, "metadata": {}}
    yield _told(next(told), "customer.updated", {"customer": {"id": "cust_empty", **empty}})
    gone = _awkward(1, "gone") | {"id": "cust_gone", "source_id": "src_gone_deleted2024-02-01T11:16:40.918Z"}
    yield _told(next(told), "customer.deleted", {"customer": gone})


def _awkward(number: int, odd: str) -> dict[str, Any]:
    """A customer with this text wherever text may stand."""
    sign = -1 if number % 2 else 1
    amount = sign * (LARGEST - number)
    orders = {"total_count": number, "total_amount": amount, "average_amount": -7, "last_order_amount": 5}
    standing = {"points": 10 * number, "loyalty_tier": "ltr_unknown", "referred_customers": None}
    return {
        "id": f"cust_odd{number:02d}",
        "name": odd,
        "email": odd if number % 3 else "shared@example.test",
        "source_id": f"src_{number // 2}",
        "description": odd,
        "birthdate": "1974-01-02",
        "created_at": f"2024-01-{number + 1:02d}T00:00:00.001Z",
        "address": {"city": odd, "line_1": odd, "postal_code": odd},
        "summary": {
            "orders": orders | {"last_order_date": "2024-02-01T10:42:59.594Z"},
            "redemptions": {"total_redeemed": amount, "gift": {"redeemed_amount": 100 * number}},
        },
        "loyalty": {"points": amount, "campaigns": {"Odd club": standing, f"Club {odd}": {"points": 0}}},
        "referrals": {"total": 1, "campaigns": [_referral(number), "a bare name"]},
        "metadata": METADATA | {"odd": odd, "number": number, "when": WHEN[number % len(WHEN)]},
        "system_metadata": {"consents": {"unsubscribed": {"value": True}, "b": {}, "a": {"value": False}}},
        "not_modelled": {"odd": odd, "values": [1, 2.5, None, True]},
        "object": "customer",
    }


def _referral(number: int) -> dict[str, Any]:
    referrer = f"cust_odd{number // 4:02d}"
    return {"campaign_name": "Odd club", "referrer_id": referrer, "date": "2024-02-01T00:00:00Z"}


def orders() -> Iterator[tuple[str, bytes]]:
    """Many orders, most of them of one customer."""
    told = count(100)
    for number in range(MANY):
        customer = f"cust_odd{0 if number % 2 else number % 13:02d}"
        data = {"customer": {"id": customer}, "order": _an_order(number, customer)}
        if number % 5 == 0:
            data["redemption"] = {"id": f"r_odd{number}", "amount": number, "date": "2024-02-02T00:00:00Z"}
        yield _told(next(told), "customer.order.created", data)


def _an_order(number: int, customer: str) -> dict[str, Any]:
    currency = ("EUR", "usd", "not a currency", None)[number % 4]
    items = [_an_item(place) | {"product_id": f"prod_{number % 4}" if place else None} for place in range(3)]
    return {
        "id": f"ord_odd{number:02d}",
        "source_id": ODD[number % len(ODD)],
        "status": STATUSES[number % len(STATUSES)],
        "amount": (-1) ** number * (5, 99, 100, LARGEST)[number % 4],
        "total_amount": None if number % 7 == 0 else number,
        "customer_id": customer,
        "referrer_id": "cust_unknown" if number % 3 else "cust_odd01",
        "metadata": {"currency": currency, "a.b": number} if number % 4 else METADATA,
        "items": items if number % 6 else [],
        "created_at": "2024-02-01T10:42:59Z",
        "surprise": ODD[number % len(ODD)],
    }


def _an_item(place: int) -> dict[str, Any]:
    return {"quantity": place, "price": -1, "amount": 99, "product": {"name": ODD[place]}}


def _others() -> Iterator[tuple[str, bytes]]:
    """What belongs to no customer, what nobody understands, and bodies that are hard to show again."""
    told = count(200)
    club = {"id": "camp_odd", "name": "Odd club", "campaign_type": "LOYALTY_PROGRAM"}
    yield _told(next(told), "campaign.created", {"campaign": club})
    yield _told(next(told), "campaign.created", {"campaign": club | {"id": "camp_twin"}})
    about = {"customer": {"id": "cust_odd00"}, "campaign": club}
    segment = {"id": "seg_odd", "name": 'odd "segment"'}
    yield _told(next(told), "customer.segment.entered", about | {"segment": segment})
    yield _told(next(told), "customer.segment.left", about | {"segment": segment | {"id": "seg_left"}})
    yield _told(next(told), "customer.unheard_of", about | {"value": "\x00 \x1f", "big": 10**30})
    bare = '{"customer": {"id": "cust_odd00", "name": "N"}, "event": null, "n": 1e400}'
    yield "/webhooks/voucherify/customer.unheard_of", bare.encode()
    yield "/webhooks/voucherify/customer.updated", b"\xff\xfe not JSON at all"
    yield "/webhooks/voucherify/customer.updated", b'{"customer": {"name": "nobody", "id": 5}}'


def _told(number: int, event_type: str, data: Any) -> tuple[str, bytes]:
    at = f"2024-03-{number % 28 + 1:02d}T0{number % 10}:00:00.{number:03d}Z"
    body = envelope(event_type, data, at, f"whs_{number:018d}a", f"evcus_{number:018d}")
    return "/webhooks/voucherify", json.dumps(body, ensure_ascii=number % 2 == 0).encode()


CURSORS = """{ customers(first: 30) { edges { cursor node { activity(first: 2) { edges { cursor } } } } }
               named: customers(orderBy: [{field: NAME}]) { edges { cursor } }
               rich: customers(orderBy: [{field: LOYALTY_POINTS, direction: DESC, nulls: FIRST}]) { edges { cursor } }
               late: customers(orderBy: [{field: ORDERS_TOTAL_COUNT}, {field: NAME}]) { edges { cursor } }
               orders { edges { cursor } }
               dear: orders(orderBy: [{field: TOTAL_AMOUNT}]) { edges { cursor } }
               campaigns { edges { cursor node { members { edges { cursor } } } } } }"""


async def pool(stage: Stage) -> Pool:
    """What documents may ask about: what is there, and what is not."""
    customers = [f"cust_odd{number:02d}" for number in range(4)]
    cursors = _cursors(await stage.ask(CURSORS))
    return Pool(
        ids=(
            *customers,
            *("cust_gone", "cust_empty", "cust_nulls", "cust_unknown", "ord_odd03", "ord_odd06", "camp_odd"),
            *("r_odd5", "act_1", "act_9", "act_140", "act_", "act_x", "act_99999999999999999999"),
        ),
        names=("Odd club", "Club it's", f"Club {ODD[0]}", f"Club {ODD[3]}", "nobody's"),
        emails=("it's", "back\\slash \\u0041 \\", "shared@example.test", "nobody@example.test"),
        sources=("src_0", "src_1", "src_gone", "src_6", "lionel-johnson"),
        keys=(*METADATA, "odd", "missing"),
        types=("customer.updated", "customer.order.created", "customer.unheard_of", "no such type"),
        words=(
            "",
            "  ",
            "!?",
            "SHE SAID",
            "ZOE",
            "zoë",
            "東",
            "it s",
            "drop table",
            "shared",
            "test example",
            "src 1",
            "x",
        ),
        cursors=tuple(cursors),
    )


def _cursors(found: Any) -> list[str]:
    if isinstance(found, list):
        return [cursor for one in found for cursor in _cursors(one)]
    if isinstance(found, dict):
        own = [found["cursor"]] if "cursor" in found else []
        return own + _cursors(list(found.values()))
    return []


async def told(stage: Stage) -> Pool:
    """Everything told; what may be asked about it."""
    await fill(stage, everything())
    return await pool(stage)
