"""What the customers who changed have or had of what listeners look for."""

from collections.abc import Iterable, Iterator

import msgspec

from gql_app.database import Database
from gql_app.live.interest import CUSTOMER, Key, Trait
from gql_app.mirror.places import place_of
from gql_app.reads.dialect import SPEECH
from gql_app.reads.faults import vouched

CONCERNED = "SELECT DISTINCT customer_id AS id FROM journal WHERE position > $1 AND position <= $2"
AMONG = "IN (SELECT id FROM concerned)"


async def keys_of(database: Database, after: int, upto: int, traits: frozenset[Trait]) -> set[Key]:
    """Everything that the customers of a stretch of the journal may be looked for by, then or since."""
    rows = await database.read(_statement(database.dialect, traits), (after, upto))
    keys: set[Key] = set()
    for table, column, value in rows:
        if table == "journal":
            keys.update(_told(msgspec.json.decode(vouched(value)), traits))
        elif value is not None:
            keys.add((table, column, value))
    return keys


def _statement(dialect: str, traits: frozenset[Trait]) -> str:
    parts = [f"SELECT '{CUSTOMER[0]}', '{CUSTOMER[1]}', id FROM concerned"]
    others = sorted(traits - {CUSTOMER})
    for table, column in others:
        owner = "id" if table == CUSTOMER[0] else "customer_id"
        parts.append(f"SELECT '{table}', '{column}', \"{column}\" FROM \"{table}\" WHERE {owner} {AMONG}")
    if others:
        changes = SPEECH[dialect].json("changes")
        parts.append(f"SELECT 'journal', '', {changes} FROM journal WHERE position > $1 AND customer_id {AMONG}")
    return f"WITH concerned AS ({CONCERNED}) {' UNION ALL '.join(parts)}"


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
