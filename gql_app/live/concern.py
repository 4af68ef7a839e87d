"""What the customers who changed have or had of what listeners look for."""

from collections.abc import Iterable, Iterator

import msgspec

from gql_app.database import Database
from gql_app.live.interest import CUSTOMER, Key, Trait
from gql_app.mirror.places import place_of
from gql_app.reads.dialect import SPEECH
from gql_app.reads.faults import vouched

CONCERNED = """SELECT customer_id AS concerned_id, MIN(position) AS since FROM journal
WHERE position > $1 AND position <= $2 GROUP BY customer_id"""


async def keys_of(database: Database, after: int, upto: int, traits: frozenset[Trait]) -> list[Key]:
    """Everything that the customers of a stretch of the journal may be looked for by, then or since: first that of
    the customer who has waited longest.
    """
    rows = await database.read(_statement(database.dialect, traits), (after, upto))
    keys: list[Key] = []
    for table, column, value, _ in rows:
        if table == "journal":
            keys += _told(msgspec.json.decode(vouched(value)), traits)
        elif value is not None:
            keys.append((table, column, value))
    return keys


def _statement(dialect: str, traits: frozenset[Trait]) -> str:
    parts = [f"SELECT '{CUSTOMER[0]}', '{CUSTOMER[1]}', concerned_id, since FROM concerned"]
    others = sorted(traits - {CUSTOMER})
    for table, column in others:
        owner = "id" if table == CUSTOMER[0] else "customer_id"
        parts.append(f"SELECT '{table}', '{column}', \"{column}\", concerned.since FROM {_rows(table, owner)}")
    if others:
        changes = SPEECH[dialect].json("changes")
        rows = f"{_rows('journal', 'customer_id')} AND position > $1"
        parts.append(f"SELECT 'journal', '', {changes}, concerned.since FROM {rows}")
    return f"WITH concerned AS ({CONCERNED}) {' UNION ALL '.join(parts)} ORDER BY 4"


def _rows(table: str, owner: str) -> str:
    """An outer join, so that neither database goes through the table to look each of its rows up among a few."""
    return f'concerned LEFT JOIN "{table}" ON {owner} = concerned_id'


def _told(changes: Iterable[dict[str, object]], traits: frozenset[Trait]) -> Iterator[Key]:
    """What the changes speak of: values before and after, and the rows they are in."""
    for change in changes:
        place = place_of(str(change["path"]))
        if place is None:
            continue
        table = place.model._meta.db_table
        for column, value in ((place.column, change["before"]), (place.column, change["after"]), *place.row):
            if (table, column) in traits and isinstance(value, str):
                yield table, column, value
