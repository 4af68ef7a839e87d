"""Voucherify's exports in CSV. A row tells what its columns say; a cell that is empty says that there is nothing."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from gql_app.files.cells import READERS, BadCell, major_amount
from gql_app.files.headings import FIELDS, Field, Kind, Metadatum, meaning, noun_of
from gql_app.files.records import PREFIXES, Read, Row, Unusable, UnusableFile
from gql_app.files.telling import Noun
from gql_app.voucherify.values import identifier

DELIMITERS = ",;\t|"
LONGEST_LINE = 1 << 24
TIMES = ("created_at", "updated_at")
Said = dict[str, Any]


@dataclass(slots=True)
class Table:
    """A table whose headings have been understood; `left_out` are those that nobody knows."""

    noun: Noun
    headings: list[str]
    columns: list[Field | Metadatum | None]
    readers: dict[Kind, Callable[[str], Any]] = field(default_factory=lambda: dict(READERS))

    @property
    def left_out(self) -> list[str]:
        """Headings of columns that are not taken over."""
        return [heading for heading, column in zip(self.headings, self.columns, strict=True) if column is None]

    def row(self, number: int, cells: list[str]) -> Read:
        """One row, or why it is none."""
        if len(cells) != len(self.headings):
            many = "more" if len(cells) > len(self.headings) else "fewer"
            return Unusable(number, f"it has {many} cells than there are headings")
        said: Said = {}
        metadata: Said = {}
        for place, cell in enumerate(cells):
            column = self.columns[place]
            try:
                self._take(column, cell.strip(), said, metadata)
            except BadCell as wrong:
                return Unusable(number, f"{self.headings[place]} {wrong}", identifier(said.get("id")))
        return self._told(number, said, metadata)

    def _take(self, column: Field | Metadatum | None, cell: str, said: Said, metadata: Said) -> None:
        if isinstance(column, Metadatum) and cell:
            metadata[column.key] = cell
        elif isinstance(column, Field):
            whole = said
            for name in column.path[:-1]:
                whole = whole.setdefault(name, {})
            whole[column.path[-1]] = self.readers[column.kind](cell) if cell else None

    def _told(self, number: int, said: Said, metadata: Said) -> Read:
        if not said.get("id"):
            return Unusable(number, "it has no id")
        times = {name: said[name] for name in TIMES if said.get(name)}
        hint = {"id": said["id"], "metadata": metadata} | times if metadata else None
        return Row(number, self.noun, said, hint=hint)


def table(stream: io.BufferedReader, noun: Noun | None, is_major: bool) -> tuple[Table, Iterator[Read]]:
    """The table and its rows to come; raises UnusableFile where the headings do not say what it is."""
    first, second, *_ = [*stream.peek(1).split(b"\n", 2), b"", b""]
    delimiter = _delimiter(first)
    reader = csv.reader(_lines(stream), delimiter=delimiter)
    headings = next(reader, [])
    known = noun or noun_of(headings) or _noun_in(second.decode("utf-8", "replace").split(delimiter))
    if known is None:
        raise UnusableFile("the headings fit customers and orders alike: say --kind customers or --kind orders.")
    found = Table(known, headings, [meaning(heading, known) for heading in headings])
    if FIELDS[known]["id"] not in found.columns:
        raise UnusableFile(f"no column is the {known}'s id: export it with the field `id`.")
    if is_major:
        found.readers["amount"] = major_amount
    return found, _rows(reader, found)


def _lines(stream: io.BufferedReader) -> Iterator[str]:
    while line := stream.readline(LONGEST_LINE):
        yield line.decode("utf-8", "surrogateescape")


def _delimiter(first_line: bytes) -> str:
    return max(DELIMITERS, key=lambda one: first_line.count(one.encode()))


def _noun_in(cells: list[str]) -> Noun | None:
    """What the first row is, where its id says so."""
    found = {noun for cell in cells for prefix, noun in PREFIXES.items() if cell.strip('" ').startswith(prefix)}
    return found.pop() if len(found) == 1 else None


def _rows(reader: Any, found: Table) -> Iterator[Read]:
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Unusable(number, "it is no row of a table: a quote may be open")
            continue
        if any(cells):
            yield found.row(number, cells)
