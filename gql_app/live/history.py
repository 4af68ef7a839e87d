"""The turns that customers took over a stretch of the journal: read once for everyone who asks about it."""

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from gql_app.database import Database, Row
from gql_app.live.past import Noted, Record, Turn, turns_of
from gql_app.live.shared import Shared
from gql_app.reads.dialect import SPEECH
from gql_app.reads.faults import vouched
from gql_app.reads.records import Layout, record_text, selects

CONCERNED = "SELECT customer_id FROM journal WHERE position > $1 AND position <= $2"
SINCE = "FROM journal t WHERE t.position > $1 AND t.customer_id IN (SELECT id FROM concerned)"

Beneath = frozenset[Layout]


class History:
    """Knows what customers were before each change, as far as filters look; the last stretches are remembered."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._stretches: Shared[tuple[str, int, int, Beneath], list[Turn]] = Shared()

    async def turns(self, epoch: str, after: int, upto: int, beneath: Beneath) -> list[Turn]:
        """The changes after one position up to another, in order, with records that have these tables beneath."""
        key = epoch, after, upto, beneath
        return await self._stretches.get(key, lambda: self._read(after, upto, beneath))

    async def _read(self, after: int, upto: int, beneath: Beneath) -> list[Turn]:
        rows = await self._database.read(_statement(self._database.dialect, beneath), (after, upto))
        records, noted = _assembled(rows, beneath)
        turns = [
            turn
            for customer, changes in noted.items()
            if customer in records
            for turn in turns_of(customer, records[customer], changes)
            if turn.position <= upto
        ]
        return sorted(turns, key=lambda turn: turn.position)


def _statement(dialect: str, beneath: Beneath) -> str:
    """One statement, one moment: the records and everything that changed since belong together."""
    concerned = f"WITH concerned AS (SELECT DISTINCT customer_id AS id FROM ({CONCERNED}) AS c)"
    parts = list(selects(dialect, "customer", "SELECT id FROM concerned", beneath))
    parts.append(f"SELECT 'journal', t.customer_id, {record_text(SPEECH[dialect], 'journal', 't')} {SINCE}")
    return f"{concerned} {' UNION ALL '.join(parts)}"


def _assembled(rows: Iterable[Row], beneath: Beneath) -> tuple[dict[str, Record], dict[str, list[Noted]]]:
    """Records by customer, and the changes of each, newest first."""
    owned: defaultdict[tuple[str, str], list[Record]] = defaultdict(list)
    noted: defaultdict[str, list[Noted]] = defaultdict(list)
    for table, owner, body in rows:
        said = msgspec.json.decode(vouched(body))
        if table == "journal":
            noted[owner].append(Noted(said["position"], said["kind"], said["version"], said["changes"]))
        else:
            owned[table, owner].append(said)
    for changes in noted.values():
        changes.sort(key=lambda change: -change.position)
    customers = {owner: found[0] for (table, owner), found in owned.items() if table == "customer"}
    for customer in customers.values():
        _join(customer, beneath, owned)
    return customers, noted


def _join(record: Record, beneath: Beneath, owned: dict[tuple[str, str], list[Record]]) -> None:
    for layout in beneath:
        record[layout.table] = owned.get((layout.table, record["id"]), [])
        for row in record[layout.table]:
            _join(row, layout.beneath, owned)
