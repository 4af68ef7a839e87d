"""The rows a batch of events touches: loaded once, folded in memory, kept once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from operator import attrgetter
from typing import Any

from gql_app.database import Change, Dialect, Transaction, as_list
from gql_app.mirror.facts import Fact, PutAll
from gql_app.mirror.stamps import Stamps, pack, unpack
from gql_app.mirror.tables import Table, list_stamp, owner_of, table_of
from gql_app.mirror.words import Names, Renamed, forget_words, names_in, words_changed
from models import Customer
from models.base import Mirrored

Model = type[Mirrored]

WITH_LIST = "="
"""A stored stamp: told when the owner's whole list was told last."""


@dataclass(slots=True, eq=False)
class Kept:
    """A row as it stands within the transaction.

    `changed` says that it was told anew, `altered` that a value differs from the stored one, `packed` what its
    stamps were stored as.
    """

    table: Table
    id: str
    values: dict[str, Any]
    stamps: Stamps
    stored: bool
    changed: bool = False
    altered: bool = False
    packed: str = ""

    @property
    def exists(self) -> bool:
        """Whether anybody told of it and nobody took it back."""
        return bool(self.stamps)

    @property
    def is_blank(self) -> bool:
        """Whether nothing is known of it but its id."""
        return not (self.stamps or self.stored)

    def row(self, list_stamp: str = "") -> tuple[Any, ...]:
        """The row as it is stored. What was told with its owner's whole list says only that; what nobody told of yet
        is what it is by default.
        """
        for name, value in self.table.defaults:
            if name not in self.stamps:
                self.values[name] = value
        self.values["stamps"] = packed(self, list_stamp)
        return self.table.encode(self.values)


@dataclass(slots=True)
class State:
    """Rows by model and id, and lists by model and owner."""

    rows: dict[tuple[Model, str], Kept] = field(default_factory=dict)
    lists: defaultdict[tuple[Model, str], dict[str, Kept]] = field(default_factory=lambda: defaultdict(dict))
    names: dict[str, Names] = field(default_factory=dict)
    """What stored customers are found by."""

    trusts_words: bool = True
    """Whether words are stored as they were written; what somebody's hand did may be anything."""

    def row(self, model: Model, row_id: str) -> Kept:
        """The row, known or new."""
        kept = self.rows.get((model, row_id))
        if kept is None:
            kept = self.rows[model, row_id] = Kept(table_of(model), row_id, {"id": row_id}, {}, stored=False)
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
        for kept in self.rows.values():
            resolve(kept, self._list_stamp(kept))

    async def _fetch(
        self, transaction: Transaction, dialect: Dialect, table: Table, column: str, values: set[str]
    ) -> None:
        found = await transaction.fetch(table.select(dialect, column), as_list(dialect, sorted(values)))
        for row in found:
            said = table.decode(row)
            if (table.model, said["id"]) not in self.rows:
                text = said.pop("stamps")
                if table.model is Customer:
                    self.names[said["id"]] = names_in(said)
                self.add(Kept(table, said["id"], said, unpack(text, table.told), stored=True, packed=text))

    async def keep(self, transaction: Transaction, *beside: Change) -> None:
        """Writes what changed, at once with what is kept beside it; rows that nobody tells of any more are deleted."""
        renamed = self._renamed()
        await forget_words(transaction, renamed)
        await transaction.execute_bulk(*self._changes(), *words_changed(renamed), *beside)

    def _changes(self) -> Iterator[Change]:
        written: defaultdict[Table, list[tuple[Any, ...]]] = defaultdict(list)
        gone: defaultdict[Table, list[tuple[Any, ...]]] = defaultdict(list)
        for kept in self.rows.values():
            if kept.changed and kept.exists:
                row = self.stored(kept)
                if kept.altered or not kept.stored or kept.values["stamps"] != kept.packed:
                    written[kept.table].append(row)
            elif kept.changed and kept.stored:
                gone[kept.table].append((kept.id,))
        for table in sorted({*written, *gone}, key=attrgetter("name")):
            yield table.upsert, written[table]
            yield table.delete, gone[table]

    def _renamed(self) -> list[Renamed]:
        """Customers who may be found by other words than before."""
        found = []
        for (model, row_id), kept in self.rows.items():
            if model is Customer and kept.changed and (kept.exists or kept.stored):
                names = names_in(kept.values) if kept.exists else None
                before = self.names.get(row_id)
                if names != before or (before is None and kept.stored):
                    is_known = self.trusts_words and (before is not None or not kept.stored)
                    found.append(Renamed(row_id, before, names, is_known))
        return found

    def stored(self, kept: Kept) -> tuple[Any, ...]:
        """The row as it is stored."""
        return kept.row(self._list_stamp(kept))

    def _list_stamp(self, kept: Kept) -> str:
        """When the owner's whole list was told last, where the row is one of a list and its owner is at hand."""
        column = kept.table.owner_column
        if column is None or kept.values.get(column) is None:
            return ""
        owner = self.rows.get((owner_of(kept.table.model), kept.values[column]))
        return "" if owner is None else owner.stamps.get(list_stamp(kept.table.model), "")


def packed(kept: Kept, told_with_list: str) -> str:
    """The stamps as they are stored. A list told again alike changes its owner's row, and none of its own."""
    stamps, columns = kept.stamps, kept.table.told
    if not told_with_list:
        return pack(stamps, columns)
    if set(stamps.values()) == {told_with_list}:
        return _told_with_list(tuple(stamps), columns)
    return pack({name: WITH_LIST if said == told_with_list else said for name, said in stamps.items()}, columns)


@lru_cache(1024)
def _told_with_list(told: tuple[str, ...], columns: tuple[str, ...]) -> str:
    return pack(dict.fromkeys(told, WITH_LIST), columns)


def resolve(kept: Kept, told_with_list: str) -> None:
    """Puts the list's own stamp where a stored row only says that it was told with its list."""
    if told_with_list and WITH_LIST in kept.packed:
        kept.stamps = {name: told_with_list if said == WITH_LIST else said for name, said in kept.stamps.items()}


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
