"""A town of customers, the same each time, copied straight into the tables."""

from collections.abc import Iterator
from typing import Any

import asyncpg

from gql_app.database.address import read_address
from gql_app.mirror.handlers.customer_lists import standing_id
from gql_app.mirror.handlers.said import derived
from gql_app.mirror.stamps import pack, stamp
from gql_app.mirror.tables import table_of
from models import Campaign, Customer, CustomerWord, LoyaltyCampaign, LoyaltyTier, Order, OrderItem
from models.base import Mirrored
from models.words import found_by

CUSTOMERS = 20_000
ORDERS_EACH = 3
ITEMS_EACH = 2
CAMPAIGNS = ("Green Club", "Harbour Points", "Winter Circle")
TIERS = ("Bronze", "Silver", "Gold")
CITIES = ("Gdańsk", "Toronto", "Lyon", "Leeds", "Katowice")
TOLD = stamp(False, 1_738_082_889_000_000, 2, "evcus_13f4f0342087107741")
MOMENT = "2025-01-28T16:48:09.000Z"

WORDS = CustomerWord._meta.db_table

Values = dict[str, Any]


def customer_id(number: int) -> str:
    """The id of the n-th customer; ids sort by number."""
    return f"cust_{number:024d}"


def customer(number: int) -> Values:
    """A customer with an address and sums."""
    return {
        "id": customer_id(number),
        "source_id": f"shop-{number}",
        "name": f"Ariana Patel {number}",
        "email": f"ariana.{number}@example.org",
        "phone": f"+48 500 {number:06d}",
        "birthdate": f"19{number % 50 + 40}-07-14",
        "address_city": CITIES[number % len(CITIES)],
        "address_line1": f"{number % 180 + 1} Maple Leaf Road",
        "address_country": "Poland",
        "address_postal_code": f"{number % 90 + 10}-{number % 1000:03d}",
        "summary_orders_total_count": ORDERS_EACH,
        "summary_orders_total_amount": 24_900 + number,
        "summary_orders_average_amount": 8_300,
        "summary_orders_last_order_amount": 9_100,
        "summary_orders_last_order_date": MOMENT,
        "loyalty_points": number % 900,
        "loyalty_referred_customers": 0,
        "loyalty_told": True,
        "metadata": f'{{"acquisition_channel":"newsletter","household":{number % 5 + 1}}}',
        "created_at": "2024-09-21T13:12:44.000Z",
        "updated_at": MOMENT,
        "version": 4,
        "completeness": 2,
        "told_at": MOMENT,
        "received_at": MOMENT,
        "source": "WEBHOOK",
    }


def standings(number: int) -> Iterator[Values]:
    """How the n-th customer stands in each campaign."""
    who = customer_id(number)
    for place, name in enumerate(CAMPAIGNS):
        tier = f"ltr_{place}{number % len(TIERS)}"
        points = number % 300 + place
        yield {
            "id": standing_id(who, name),
            "customer_id": who,
            "name": name,
            "points": points,
            "tier_id": tier,
        }


def orders(number: int) -> Iterator[Values]:
    """What the n-th customer ordered."""
    for place in range(ORDERS_EACH):
        yield {
            "id": f"ord_{number:022d}{place:02d}",
            "customer_id": customer_id(number),
            "status": "PAID",
            "raw_status": "PAID",
            "amount": 5_000 + number,
            "total_amount": 4_500 + number,
            "discount_amount": 500,
            "currency": "PLN",
            "metadata": '{"currency":"PLN","region":"EU"}',
            "created_at": MOMENT,
            "updated_at": MOMENT,
        }


def items(order: Values) -> Iterator[Values]:
    """The lines of an order."""
    for position in range(ITEMS_EACH):
        yield {
            "id": derived("item", order["id"], str(position)),
            "customer_id": order["customer_id"],
            "order_id": order["id"],
            "position": position,
            "product_id": f"prod_{position:018d}",
            "product_name": ("Star Thermal Bottle", "Café au lait")[position],
            "quantity": position + 1,
            "price": 2_500,
            "amount": 2_500 * (position + 1),
            "subtotal_amount": 2_500 * (position + 1),
            "currency": "PLN",
        }


def programmes() -> dict[type[Mirrored], list[Values]]:
    """The campaigns and their tiers."""
    tiers = [
        {"id": f"ltr_{place}{step}", "campaign_id": f"camp_{place}", "name": f"{tier} of {name}"}
        for place, name in enumerate(CAMPAIGNS)
        for step, tier in enumerate(TIERS)
    ]
    campaigns = [{"id": f"camp_{place}", "name": name} for place, name in enumerate(CAMPAIGNS)]
    return {Campaign: campaigns, LoyaltyTier: tiers}


def everything() -> dict[type[Mirrored], list[Values]]:
    """All rows by model."""
    bought = [order for number in range(CUSTOMERS) for order in orders(number)]
    return programmes() | {
        Customer: [customer(number) for number in range(CUSTOMERS)],
        LoyaltyCampaign: [standing for number in range(CUSTOMERS) for standing in standings(number)],
        Order: bought,
        OrderItem: [item for order in bought for item in items(order)],
    }


def words() -> Iterator[tuple[str, str]]:
    """What every customer is found by."""
    for number in range(CUSTOMERS):
        yield from ((customer_id(number), word) for word in sorted(words_of(customer(number))))


def words_of(one: Values) -> frozenset[str]:
    """What a customer is found by."""
    return found_by(one["name"], one["email"], one["source_id"], one["phone"])


async def settle(url: str) -> int:
    """Fills an empty mirror on PostgreSQL; returns how many rows it holds."""
    connection = await asyncpg.connect(**read_address(url).options())  # type: ignore[union-attr]
    try:
        rows = everything()
        for model, values in rows.items():
            await _copy(connection, model, values)
        await connection.copy_records_to_table(WORDS, records=list(words()), columns=["customer_id", "word"])
        await connection.execute("VACUUM ANALYZE")
        return sum(map(len, rows.values()))
    finally:
        await connection.close()


async def _copy(connection: "asyncpg.Connection[Any]", model: type[Mirrored], values: list[Values]) -> None:
    """Stamps as the writer leaves them after one full telling."""
    table = table_of(model)
    told = [column for column in table.told if column in values[0]]
    stamps = pack(dict.fromkeys(told, TOLD), table.told)
    records = [tuple(({"stamps": stamps} | row).get(column) for column in table.columns) for row in values]
    await connection.copy_records_to_table(table.name, records=records, columns=table.columns)
