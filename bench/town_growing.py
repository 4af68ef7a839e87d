"""A larger town: the same people again under further numbers, written by the database itself."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import asyncpg

from bench.town import CUSTOMERS, WORDS, Values, customer, customer_id, items, orders, standings, words_of
from gql_app.database.address import read_address
from gql_app.mirror.tables import table_of
from models import Customer, LoyaltyCampaign, Order, OrderItem
from models.base import Mirrored

SETTINGS = "SET synchronous_commit = off; SET maintenance_work_mem = '512MB'; SET max_parallel_maintenance_workers = 2"
PEOPLE = f'(SELECT *, right({{whose}}, 24)::bigint + {CUSTOMERS} * k AS n FROM "{{table}}", generate_series(1, $1) k) t'
WHO = "'cust_'||lpad(n::text,24,'0')"
PHONE = "CASE WHEN n < 1000000 THEN lpad(n::text,6,'0') ELSE n::text END"
ORDER = "'ord_'||lpad(n::text,22,'0')||right({column},2)"
HASHED = "'{prefix}_'||left(encode(sha256({parts}),'hex'),24)"

Connection: TypeAlias = "asyncpg.Connection[Any]"

FURTHER: dict[type[Mirrored], dict[str, str]] = {
    Customer: {
        "id": WHO,
        "source_id": "'shop-'||n",
        "name": "'Ariana Patel '||n",
        "email": "'ariana.'||n||'@example.org'",
        "phone": f"'+48 500 '||{PHONE}",
    },
    LoyaltyCampaign: {
        "id": HASHED.format(prefix="lcmp", parts=rf"({WHO})::bytea||'\x00'::bytea||convert_to(name,'UTF8')"),
        "customer_id": WHO,
    },
    Order: {"id": ORDER.format(column="id"), "customer_id": WHO},
    OrderItem: {
        "id": HASHED.format(
            prefix="item", parts=rf"({ORDER.format(column='order_id')})::bytea||'\x00'::bytea||position::text::bytea"
        ),
        "order_id": ORDER.format(column="order_id"),
        "customer_id": WHO,
    },
}
"""What differs from the n-th customer's row of the small town; everything else is the same."""

WORDS_OF = f"""
SELECT DISTINCT {WHO}, word FROM (SELECT right(id, 24)::bigint AS n FROM customer WHERE id >= $1) t,
  unnest(ARRAY['ariana','patel','example','org','shop',n::text,{PHONE},'500'||{PHONE},'48500'||{PHONE}]) AS word
"""

INDEXES = """
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),
       format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
FROM pg_constraint WHERE contype = 'p' AND conrelid = $1::regclass
UNION ALL
SELECT format('DROP INDEX %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
FROM pg_index WHERE NOT indisprimary AND indrelid = $1::regclass
"""


async def grow(url: str, times: int) -> None:
    """Makes the small town so many times as large."""
    connection = await asyncpg.connect(**read_address(url).options())  # type: ignore[union-attr]
    try:
        await connection.execute(SETTINGS)
        for model, differing in FURTHER.items():
            await _multiply(connection, model, differing, times)
        async with _without_indexes(connection, WORDS):
            sql = f"INSERT INTO {WORDS} (customer_id, word) {WORDS_OF}"
            await connection.execute(sql, customer_id(CUSTOMERS))
        await connection.execute("VACUUM ANALYZE")
        await _check(connection, CUSTOMERS * times - 1)
    finally:
        await connection.close()


async def _multiply(connection: Connection, model: type[Mirrored], differing: dict[str, str], times: int) -> None:
    table = table_of(model)
    columns = ", ".join(f'"{column}"' for column in table.columns)
    values = ", ".join(differing.get(column, f't."{column}"') for column in table.columns)
    people = PEOPLE.format(whose="id" if model is Customer else "customer_id", table=table.name)
    async with _without_indexes(connection, table.name):
        await connection.execute(f'INSERT INTO "{table.name}" ({columns}) SELECT {values} FROM {people}', times - 1)


@asynccontextmanager
async def _without_indexes(connection: Connection, table: str) -> AsyncIterator[None]:
    """They are made anew at the end, which is quicker than keeping them."""
    indexes = await connection.fetch(INDEXES, f'"{table}"')
    for drop, _ in indexes:
        await connection.execute(drop)
    yield
    for _, create in indexes:
        await connection.execute(create)


async def _check(connection: Connection, number: int) -> None:
    """Ends the run where the database wrote of this customer what the town does not say."""
    bought = list(orders(number))
    expected: list[tuple[type[Mirrored], list[Values]]] = [
        (Customer, [customer(number)]),
        (LoyaltyCampaign, list(standings(number))),
        (Order, bought),
        (OrderItem, [item for order in bought for item in items(order)]),
    ]
    for model, rows in expected:
        for row in rows:
            stored = await connection.fetchrow(f'SELECT * FROM "{table_of(model).name}" WHERE id = $1', row["id"])
            if stored is None or any(stored[name] != row[name] for name in ("id", *FURTHER[model])):
                raise SystemExit(f"bench: the larger town lacks {model.__name__} {row['id']} as it should be")
    found = await connection.fetch(f"SELECT word FROM {WORDS} WHERE customer_id = $1", customer_id(number))
    if sorted(word for (word,) in found) != sorted(words_of(customer(number))):
        raise SystemExit(f"bench: in the larger town {customer_id(number)} is not found by the right words")
