"""The rows a batch of events touches: loaded once, folded in memory, kept once."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from gql_app.database import Dialect, Transaction, as_list
from gql_app.mirror.facts import Fact, PutAll
from gql_app.mirror.stamps import Stamps, pack, unpack
from gql_app.mirror.tables import Table, list_stamp, owner_of, table_of
from models import Customer
from models.base import Mirrored

Model = type[Mirrored]


@dataclass(slots=True, eq=False)
class Kept:
    """A row as it stands within the transaction."""

    table: Table
    id: str
    values: dict[str, Any]
    stamps: Stamps
    stored: bool
    changed: bool = False

    @property
    def exists(self) -> bool:
        """Whether anybody told of it and nobody took it back."""
        return bool(self.stamps)

    def row(self) -> tuple[Any, ...]:
        """The row as it is stored."""
        self.values["stamps"] = pack(self.stamps, self.table.told)
        return self.table.encode(self.values)


@dataclass(slots=True)
class State:
    """Rows by model and id, and lists by model and owner."""

    rows: dict[tuple[Model, str], Kept] = field(default_factory=dict)
    lists: defaultdict[tuple[Model, str], dict[str, Kept]] = field(default_factory=lambda: defaultdict(dict))

    def row(self, model: Model, row_id: str) -> Kept:
        """The row, known or new."""
        kept = self.rows.get((model, row_id))
        if kept is None:
            kept = self.add(Kept(table_of(model), row_id, {"id": row_id}, {}, stored=False))
        return kept

    def add(self, kept: Kept) -> Kept:
        """Takes a row in, and into its owner's list."""
        model, column = kept.table.model, kept.table.owner_column
        self.rows[model, kept.id] = kept
        if column is not None and kept.values.get(column) is not None:
            self.lists[model, kept.values[column]][kept.id] = kept
        return kept

    async def load(self, transaction: Transaction, dialect: Dialect, facts: Iterable[Fact]) -> None:
        """Everything these facts may touch, one statement per table and way of asking."""
        wanted: defaultdict[tuple[Model, str], set[str]] = defaultdict(set)
        for fact in facts:
            for model, column, value in _touched(fact):
                wanted[model, column].add(value)
        for (model, column), values in wanted.items():
            await self._fetch(transaction, dialect, table_of(model), column, values)
        customers = {kept.values.get("customer_id") for kept in self.rows.values()} - {None}
        unseen = {str(one) for one in customers if (Customer, one) not in self.rows}
        if unseen:
            await self._fetch(transaction, dialect, table_of(Customer), "id", unseen)

    async def _fetch(
        self, transaction: Transaction, dialect: Dialect, table: Table, column: str, values: set[str]
    ) -> None:
        found = await transaction.fetch(table.select(dialect, column), as_list(dialect, sorted(values)))
        for row in found:
            said = table.decode(row)
            if (table.model, said["id"]) not in self.rows:
                stamps = unpack(said.pop("stamps"), table.told)
                self.add(Kept(table, said["id"], said, stamps, stored=True))

    async def keep(self, transaction: Transaction) -> None:
        """Writes what changed; rows that nobody tells of any more are deleted."""
        written: defaultdict[Table, list[tuple[Any, ...]]] = defaultdict(list)
        gone: defaultdict[Table, list[tuple[Any, ...]]] = defaultdict(list)
        for kept in self.rows.values():
            if kept.changed and kept.exists:
                written[kept.table].append(kept.row())
            elif kept.changed and kept.stored:
                gone[kept.table].append((kept.id,))
        for table, rows in written.items():
            await transaction.execute_many(table.upsert(), rows)
        for table, ids in gone.items():
            await transaction.execute_many(f'DELETE FROM "{table.name}" WHERE id = $1', ids)


def _touched(fact: Fact) -> Iterable[tuple[Model, str, str]]:
    table = table_of(fact.model)
    if isinstance(fact, PutAll):
        assert table.owner_column is not None
        yield owner_of(fact.model), "id", fact.owner
        yield fact.model, table.owner_column, fact.owner
        return
    yield fact.model, "id", fact.id
    if table.owner_column is not None and table.owner_column in fact.columns:
        yield owner_of(fact.model), "id", fact.columns[table.owner_column]


def list_told(state: State, model: Model, owner_id: str) -> str:
    """The stamp of the last telling of this owner's whole list; empty where there was none."""
    return state.row(owner_of(model), owner_id).stamps.get(list_stamp(model), "")
