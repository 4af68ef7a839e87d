"""A file's rows, told to the mirror as what was so when they last changed."""

import json
import time
import zlib
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from gql_app.errors import Unreadable
from gql_app.files.documents import by_line, is_by_line, whole
from gql_app.files.opening import Opened
from gql_app.files.records import Read, Row, Unusable
from gql_app.files.table import table
from gql_app.files.telling import Noun, Origin, told
from gql_app.mirror.arrival import Arrival, Settled, Verdict

WEIGHTS: tuple[Verdict, ...] = ("duplicate", "stale", "unmapped", "applied", "quarantined", "discarded")

Take = Callable[[list[Arrival]], Awaitable[list[Settled]]]


@dataclass(frozen=True, slots=True)
class Terms:
    """How files are understood. `at` is as of when rows are true that do not say when they were updated, in
    microseconds; amounts are in minor units unless `is_major`.
    """

    noun: Noun | None = None
    project_id: str | None = None
    at: int | None = None
    is_major: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a row; the reason is there where it could not be used."""

    number: int
    id: str | None
    verdict: Verdict | None
    reason: str | None = None

    @property
    def is_used(self) -> bool:
        """Whether what the row says is in the mirror, or was known already."""
        return self.verdict not in (None, "quarantined")


def rows_in(opened: Opened, terms: Terms) -> tuple[Iterator[Read], list[str]]:
    """The rows to come, and the headings of columns that are not taken over; raises UnusableFile."""
    if opened.head[:1] in (b"{", b"["):
        read = by_line if is_by_line(opened.head) else whole
        return _to_its_end(read(opened.stream, terms.noun)), []
    found, rows = table(opened.stream, terms.noun, terms.is_major)
    return _to_its_end(rows), found.left_out


def _to_its_end(rows: Iterator[Read]) -> Iterator[Read]:
    number = 0
    try:
        for row in rows:
            number = row.number
            yield row
    except (OSError, EOFError, zlib.error):
        yield Unusable(number + 1, "the file is damaged from here on: what follows was not read")


async def tell(rows: Iterator[Read], terms: Terms, take: Take, size: int) -> list[Outcome] | None:
    """Tells the next rows; None where there are no more."""
    batch = list(islice(rows, size))
    if not batch:
        return None
    tellings = [_tellings(row, terms) for row in batch]
    arrivals = [arrival for telling in tellings if isinstance(telling, list) for arrival in telling]
    settled = iter(await take(arrivals))
    return [_outcome(row, telling, settled) for row, telling in zip(batch, tellings, strict=True)]


def _tellings(row: Read, terms: Terms) -> list[Arrival] | Unusable:
    if isinstance(row, Unusable):
        return row
    is_dated = bool(row.said.get("updated_at") or row.said.get("created_at") or terms.at)
    origin = Origin("IMPORT", terms.project_id, row.is_whole and is_dated)
    hint = Origin("IMPORT", terms.project_id, is_hint=True)
    try:
        arrivals = [_telling(row, row.said, origin, terms)]
        return [*arrivals, _telling(row, row.hint, hint, terms)] if row.hint else arrivals
    except Unreadable as wrong:
        return Unusable(row.number, str(wrong), str(row.said["id"]))


def _telling(row: Row, said: dict[str, object], origin: Origin, terms: Terms) -> Arrival:
    told_at = None if said.get("updated_at") else terms.at
    return told(row.noun, json.dumps(said).encode(), origin, time.time_ns() // 1000, told_at)


def _outcome(row: Read, telling: list[Arrival] | Unusable, settled: Iterator[Settled]) -> Outcome:
    if isinstance(telling, Unusable) or isinstance(row, Unusable):
        wrong = telling if isinstance(telling, Unusable) else row
        assert isinstance(wrong, Unusable)
        return Outcome(wrong.number, wrong.id, None, wrong.reason)
    gravest = max((next(settled) for _ in telling), key=lambda one: WEIGHTS.index(one.verdict))
    return Outcome(row.number, str(row.said["id"]), gravest.verdict, gravest.reason)
