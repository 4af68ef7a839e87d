"""The mirror's books: whether they add up."""

import json
from collections import Counter
from hashlib import sha256

from gql_app.mirror.stamps import unpack
from gql_app.mirror.state import WITH_LIST
from gql_app.mirror.tables import list_stamp, owner_of, table_of
from tests.ingest.mirror import MODELS, Mirror, Rows

INBOX = "SELECT key, verdict, id FROM inbox ORDER BY id"
NOTED = "SELECT inbox_id FROM journal GROUP BY inbox_id HAVING count(*) > 1"


async def check_books(mirror: Mirror, acknowledged: list[str]) -> None:
    """Nothing acknowledged is lost, nothing was applied twice, and no number is missing."""
    kept = await mirror.database.read(INBOX, ())
    assert sorted(row[0] for row in kept) == sorted(set(acknowledged))
    assert [row[2] for row in kept] == list(range(1, len(kept) + 1))
    assert await mirror.database.read(NOTED, ()) == []
    await check_journal(mirror)


async def check_journal(mirror: Mirror) -> None:
    """Positions are dense; a customer's version is the number of its changes, and it knows where the last one is."""
    journal = await mirror.journal()
    assert [one["position"] for one in journal] == list(range(1, len(journal) + 1))
    changes = Counter(one["customer_id"] for one in journal)
    customers = (await mirror.rows(kept_too=True))["customer"]
    assert changes == {one["id"]: one["version"] for one in customers if one["version"]}
    last = {one["customer_id"]: one["position"] for one in journal}
    assert last == {one["id"]: one["changed"] for one in customers if one["changed"]}


async def state_hash(mirror: Mirror) -> str:
    """One number for everything told: all mirrored tables, their columns and stamps, in the order of ids."""
    return hash_of(await mirror.rows())


def hash_of(rows: Rows) -> str:
    """The same for the same rows, however their stamps are abbreviated."""
    return sha256(json.dumps(spelt_out(rows), sort_keys=True).encode()).hexdigest()


def spelt_out(rows: Rows) -> Rows:
    """The rows with a stamp for each column, also where a row of a list only says that it came with its list."""
    full: Rows = {}
    for model in MODELS:
        table = table_of(model)
        full[table.name] = [row | {"stamps": unpack(row["stamps"], table.told)} for row in rows[table.name]]
    for model in (model for model in MODELS if model.owner):
        owners = {row["id"]: row["stamps"] for row in full[table_of(owner_of(model)).name]}
        for row in full[table_of(model).name]:
            owner = owners.get(row[str(table_of(model).owner_column)], {})
            _spell(row["stamps"], owner.get(list_stamp(model)))
    return full


def _spell(stamps: dict[str, str], told_with_list: str | None) -> None:
    for column in [column for column, said in stamps.items() if said == WITH_LIST]:
        assert told_with_list is not None, "a row cannot come with a list that nobody told"
        stamps[column] = told_with_list
