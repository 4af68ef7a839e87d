"""Customers drawn at random, as a database holds them and as plain records."""

import json
from typing import Any

from hypothesis import strategies as st

from gql_app.database import Database
from tests.reads.filters import Values
from tests.reads.rows import Row

LETTERS = "aAkKsSſİiΣς%_\\' \U0010ffff\ud7ff"  # noqa: RUF001
WORDS = ("a", "A", "aB", "Ab", "STRASSE", "straßE", "ΌΣΟΣ", "όσος", "%", "' OR 1=1 --")
KEYS = ("a", "a", "b", "a.b", "0", 'q"', "$", "\\", "", "ключ", "A")
PATHS = (
    "a",
    "a",
    "a",
    "b",
    "b",
    "a.a",
    "a.b",
    r"a\.b",
    "a.0",
    "a.-1",
    "0",
    'q"',
    "$",
    r"\\",
    "",
    ".",
    "ключ",
    "a\x00",
    "a.b.a",
)
MOMENTS = (
    *("2024-02-29T10:42:59.594Z", "2024-02-29T11:42:59.594+01:00", "2024-02-29 10:42:59.5949", "2024-02-29"),
    *("2024-02-29T00:00:00Z", "2024-02-28T23:59:59.9999999-00:00", "1969-12-31", "0001-01-01T00:00:00+15:59"),
    *("2024-02-29T10:42:59,594Z", "2023-02-29", "2024-2-9", "2024-02-29T24:00:00Z", "2024-02-29T10:42", "9999-12-31"),
)
STORED = (
    "2024-02-29T10:42:59.594Z",
    "2024-02-29T00:00:00.000Z",
    "1970-01-01T00:00:00.000Z",
    "9999-12-31T23:59:59.999Z",
)
ASKED = (*STORED, "2024-02-29T11:42:59.594+01:00", "2024-02-29T00:00:00Z")
DAYS = ("1974-01-02", "2024-02-29", "0001-01-01")
NUMBERS = (0, 1, -1, 9, 10, 10.5, 0.1, 0.30000000000000004, 1e300, 5e-324, -0.0, 2**53 - 1)
LONGS = (0, 1, -1, 9, 10, 100, 2**53 - 1, -(2**53 - 1))

text = st.sampled_from(WORDS) | st.sampled_from(WORDS) | st.text(LETTERS, max_size=3)
plain = st.none() | st.booleans() | st.sampled_from(NUMBERS) | text | st.sampled_from(MOMENTS)
documents = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=6,
)
metadata = st.none() | st.dictionaries(st.sampled_from(KEYS), documents, max_size=5)


def maybe(values: Any) -> Any:
    """One of them, or nothing."""
    return st.none() | (st.sampled_from(values) if isinstance(values, tuple) else values)


orders = st.fixed_dictionaries(
    {
        "status": st.sampled_from(("CREATED", "PAID", "UNKNOWN")),
        "total_amount": maybe(LONGS),
        "created_at": maybe(STORED),
        "metadata": metadata,
        "order_item": st.lists(st.fixed_dictionaries({"product_id": maybe(("x", "y"))}), max_size=2),
    }
)
standings = st.fixed_dictionaries({"name": text, "points": maybe(LONGS), "tier_id": maybe(("x", "y"))})
segments = st.fixed_dictionaries({"segment_id": st.sampled_from(("x", "y", "z")), "present": st.booleans()})
customers = st.fixed_dictionaries(
    {name: maybe(text) for name in ("source_id", "name", "email", "phone", "address_country", "address_city")}
    | {name: maybe(STORED) for name in ("created_at", "updated_at", "deleted_at", "summary_orders_last_order_date")}
    | {name: maybe(LONGS) for name in ("loyalty_points", "summary_orders_total_amount", "summary_orders_total_count")}
    | {
        "name": text,
        "birthdate": maybe(DAYS),
        "metadata": metadata,
        "order": st.lists(orders, max_size=2),
        "loyalty_campaign": st.lists(standings, max_size=2),
        "customer_segment": st.lists(segments, max_size=2),
    }
)
TABLES = ("customer", "order", "order_item", "loyalty_campaign", "customer_segment")
OWNERS = {"order_item": "order_id"}


def numbered(drawn: list[Row]) -> list[Row]:
    """The records with their ids and the ids of the records above them."""
    return [_with_id(record, "customer", f"c{place}") for place, record in enumerate(drawn)]


def _with_id(record: Row, table: str, key: str, **above: str) -> Row:
    found = record | {"id": key} | above
    for beneath in TABLES:
        if beneath in record:
            link = {OWNERS.get(beneath, "customer_id"): key}
            rows = enumerate(record[beneath])
            found[beneath] = [_with_id(one, beneath, f"{key}{beneath[0]}{place}", **link) for place, one in rows]
    return found


async def keep(database: Database, records: list[Row]) -> None:
    """Makes these the only rows."""
    async with database.turn() as turn:
        for table in TABLES:
            await turn.execute(f'DELETE FROM "{table}"')
        for table, row in _rows("customer", records):
            names = ", ".join(f'"{name}"' for name in row)
            places = ", ".join(f"${place}" for place in range(1, len(row) + 1))
            await turn.execute(f'INSERT INTO "{table}" ({names}) VALUES ({places})', *row.values())


def _rows(table: str, records: list[Row]) -> list[tuple[str, Row]]:
    found = []
    for place, record in enumerate(records):
        row = {name: value for name, value in record.items() if name not in TABLES}
        if "metadata" in row and row["metadata"] is not None:
            row["metadata"] = json.dumps(row["metadata"], ensure_ascii=False)
        extra = {"order_item": {"position": place}}
        found.append((table, row | extra.get(table, {})))
        for beneath in TABLES:
            found += _rows(beneath, record.get(beneath, []))
    return found


VALUES = Values(
    {
        "String": ("a", "A", "a", "A", "AB", "s", "S", *WORDS, "strasse", "\U0010ffff", "", "a\x00"),
        "ID": ("c0", "c1", "c0o0", "x", "y", "z", "' OR 1=1 --", "c0\x00"),
        "Long": LONGS,
        "Float": NUMBERS,
        "Boolean": (True, False),
        "DateTime": ASKED,
        "Date": DAYS,
    },
    PATHS,
)
