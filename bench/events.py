"""What Voucherify sends in the ingest run: full snapshots and orders of 2,000 customers, always the same."""

from collections.abc import Iterator
from typing import Any

import msgspec

from bench.load import post
from bench.town import CAMPAIGNS, CITIES, customer_id
from gql_app.voucherify.signature import sign
from gql_app.voucherify.values import moment_at

CUSTOMERS = 2_000
SECRET = "the benchmark's own"
BEGIN = 1_738_082_889_000_000
"""When the first event happens, microseconds since 1970; each further one a millisecond later."""

SNAPSHOTS_OF_FIVE = 3
TURN = 100
"""Of so many orders told one after the other the first half is placed, and then paid in the second."""

Values = dict[str, Any]


def delivery(number: int) -> bytes:
    """The n-th event on the wire, signed."""
    body = msgspec.json.encode(envelope(number))
    return post("/webhooks/voucherify", body, f"X-Voucherify-Signature: {sign(body, SECRET)}")


def deliveries(begin: int, count: int) -> Iterator[bytes]:
    """Deliveries in order, made before the first is handed out."""
    return iter([delivery(number) for number in range(begin, begin + count)])


def envelope(number: int) -> Values:
    """Three of five are full snapshots of a customer, two tell of an order."""
    turn, place = divmod(number, 5)
    if place < SNAPSHOTS_OF_FIVE:
        kind, data = "customer.updated", {"customer": snapshot(turn * SNAPSHOTS_OF_FIVE + place)}
    else:
        kind, data = order_event(turn * 2 + place - SNAPSHOTS_OF_FIVE)
    return enveloped(number, kind, data)


def enveloped(number: int, kind: str, data: Values) -> Values:
    """What surrounds the n-th event, whatever it tells."""
    at = moment_at(BEGIN + number * 1000)
    return {
        "id": f"whs_{number:018x}",
        "project_id": "proj_5T4Rpl4T1nuM",
        "created_at": at,
        "type": kind,
        "data": data,
        "source": {"id": "wh_bench", "object": "webhook", "target_url": "https://mirror.example.test"},
        "event": {
            "id": f"evcus_{number:018x}",
            "type": kind,
            "created_at": at,
            "entity_id": data["customer"]["id"],
            "group_id": f"v-{number:018x}",
            "event_source": {"channel": "API", "api_key": {"name": "shop", "app_id": "bench"}},
        },
    }


def snapshot(number: int) -> Values:
    """Everything Voucherify knows of a customer; points, sums and the address move on with each telling."""
    who, age = number % CUSTOMERS, number // CUSTOMERS
    return simple(who) | {
        "phone": f"+48 500 {who:06d}",
        "address": {
            "city": CITIES[(who + age) % len(CITIES)],
            "state": "Pomorskie",
            "line_1": f"{who % 180 + 1} Maple Leaf Road",
            "country": "Poland",
            "postal_code": f"{who % 90 + 10}-{who % 1000:03d}",
        },
        "loyalty": {
            "points": who % 300 + age * 10,
            "campaigns": {name: standing(who, age, place) for place, name in enumerate(CAMPAIGNS)},
            "referred_customers": 0,
        },
        "summary": {
            "orders": {
                "total_count": 3 + age,
                "total_amount": 24_900 + age * 4_500,
                "average_amount": 8_300,
                "last_order_amount": 9_100,
                "last_order_date": "2025-01-28T16:48:09.000Z",
            },
            "redemptions": {
                "gift": {"amount_to_go": 0, "redeemed_amount": 0},
                "loyalty_card": {"points_to_go": who % 300, "redeemed_points": 0},
                "total_redeemed": age,
                "total_succeeded": age,
            },
        },
        "birthdate": "1974-07-14",
        "referrals": {"total": 0, "campaigns": []},
        "created_at": "2024-09-21T13:12:44.000Z",
        "updated_at": moment_at(BEGIN + number * 1000),
        "description": "Subscribed newsletter user",
        "system_metadata": {},
    }


def simple(who: int) -> Values:
    """A customer as orders name them."""
    return {
        "id": customer_id(who),
        "name": f"Ariana Patel {who}",
        "email": f"ariana.{who}@example.org",
        "source_id": f"shop-{who}",
        "metadata": {"acquisition_channel": "newsletter", "household": who % 5 + 1},
        "object": "customer",
    }


def standing(who: int, age: int, place: int) -> Values:
    """How a customer stands in one campaign."""
    return {"points": who % 100 + age * 10, "loyalty_tier": f"ltr_{place}{who % 3}", "referred_customers": 0}


def order_event(number: int) -> tuple[str, Values]:
    """An order is told when it is placed and told again, whole, when it is paid."""
    turn, place = divmod(number, TURN)
    half = TURN // 2
    is_placed = place < half
    order = turn * half + place % half
    kind = "customer.order.created" if is_placed else "customer.order.paid"
    who = order * 31 % CUSTOMERS
    told = order_told(order, who, "CREATED" if is_placed else "PAID")
    return kind, {"customer": simple(who), "referrer": None, "order": told, "redemption": None}


def order_told(order: int, who: int, status: str) -> Values:
    """An order with two items."""
    return {
        "id": f"ord_{order:024d}",
        "source_id": None,
        "status": status,
        "amount": 7_500,
        "total_amount": 7_500,
        "items": [item(position) for position in range(2)],
        "metadata": {"currency": "PLN", "region": "EU"},
        "customer_id": customer_id(who),
        "created_at": moment_at(BEGIN + order * 1000),
        "updated_at": None,
        "object": "order",
    }


def item(position: int) -> Values:
    """A line of an order."""
    return {
        "object": "order_item",
        "product_id": f"prod_{position:018d}",
        "quantity": position + 1,
        "price": 2_500,
        "amount": 2_500 * (position + 1),
        "subtotal_amount": 2_500 * (position + 1),
        "product": {"name": ("Star Thermal Bottle", "Café au lait")[position]},
    }
