"""The tables' rows as plain dictionaries, read by drivers and statements of their own."""

import json
import sqlite3
from contextlib import closing
from typing import Any

import asyncpg

from gql_app.database.address import SqliteAddress, read_address

Row = dict[str, Any]
Tables = dict[str, list[Row]]

TABLES = (
    *("campaign", "consent", "customer", "customer_segment", "inbox", "journal", "loyalty_campaign"),
    *("loyalty_tier", "mirror_state", "order", "order_item", "redemption", "referral", "segment"),
)
JSON = {"metadata", "unknown_fields", "changes"}
FLAGS = {"loyalty_told", "referrals_told", "granted", "present", "late"}


async def load(url: str) -> Tables:
    """Every row of every table."""
    address = read_address(url)
    if isinstance(address, SqliteAddress):
        return _from_sqlite(address.path)
    connection = await asyncpg.connect(**address.options())
    try:
        return {table: [_row(one) for one in await connection.fetch(_all_of(table))] for table in TABLES}
    finally:
        await connection.close()


def _from_sqlite(path: str) -> Tables:
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        return {table: [_row(one) for one in connection.execute(_all_of(table))] for table in TABLES}


def _all_of(table: str) -> str:
    return f'SELECT * FROM "{table}"'


def _row(stored: Any) -> Row:
    return {name: _value(name, stored[name]) for name in stored.keys()}  # noqa: SIM118


def _value(name: str, stored: Any) -> Any:
    if stored is None:
        return None
    if name in JSON:
        return json.loads(stored)
    return bool(stored) if name in FLAGS else stored
