"""What a client heard, and whether that is the journal as it asked for it: no more, no less, in order."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from tests.torture.chaos.oracle import Row, Want


@dataclass(frozen=True)
class Item:
    """A change that came, and on which of the client's connections."""

    connection: int
    position: int
    customer: str
    kind: str
    version: int


@dataclass
class Snapshot:
    """What a client was shown before the changes: each customer's version and the connection it came on.

    `begins` is the position that the changes follow, `ends` the connection on which it was complete.
    """

    begins: int = 0
    ends: int = 0
    shown: dict[str, tuple[int, int]] = field(default_factory=dict)


Change = tuple[int, str, str, int]


def complaints(want: Want, journal: list[Row], begins: int, heard: list[Item]) -> list[str]:
    """What is wrong with a stream that began after this position: each kind of fault in a line."""
    rows = [(row, want.sees(row)) for row in journal if row.position > begins]
    expected = [(row.position, row.customer, kind, row.version) for row, kind in rows if kind]
    return [*_disorder(heard), *_difference(expected, [_change(item) for item in heard])]


def _change(item: Item) -> Change:
    return item.position, item.customer, item.kind, item.version


def _disorder(heard: list[Item]) -> Iterable[str]:
    """Who resumes after what came last hears nothing twice, on whichever connection."""
    for earlier, later in pairwise(heard):
        if later.position <= earlier.position:
            word = "doubled" if later.position == earlier.position else "out of order"
            where = "within a connection" if earlier.connection == later.connection else "across connections"
            yield f"{word} {where}: {later.position} after {earlier.position}"


def _difference(expected: list[Change], found: list[Change]) -> Iterable[str]:
    missing = sorted(set(expected) - set(found))
    beyond = sorted((Counter(found) - Counter(expected)).elements())
    if missing:
        yield f"{len(missing)} missing: {missing[:3]}"
    if beyond:
        yield f"{len(beyond)} that should not have come: {beyond[:3]}"


def snapshot_complaints(want: Want, journal: list[Row], snapshot: Snapshot, heard: list[Item]) -> list[str]:
    """What is wrong with changes that follow a snapshot.

    A customer's page was read some time after the snapshot began: what it showed already is not told again on that
    connection, and everything else is told.
    """
    customers = {row.customer for row in journal}
    found = [*_disorder(heard), *(f"nobody knows {one}" for one in snapshot.shown if one not in customers)]
    for customer in customers:
        rows = [row for row in journal if row.customer == customer]
        told = [item for item in heard if item.customer == customer]
        found += [*_left_out(want, rows, snapshot, told), *_repeated(told, snapshot)]
    return found


def _left_out(want: Want, rows: list[Row], snapshot: Snapshot, told: list[Item]) -> Iterable[str]:
    """What came of a customer must be the end of what was to come, and what did not come be in the snapshot."""
    since = [row for row in rows if row.position > snapshot.begins]
    expected = [(row.position, row.customer, kind, row.version) for row in since if (kind := want.sees(row))]
    found = [_change(item) for item in told]
    before = expected[: len(expected) - len(found)]
    if expected[len(before) :] != found:
        yield from _difference(expected, found)
    else:
        yield from _not_shown(want, rows[: len(rows) - len(since)], before, snapshot.shown.get(rows[0].customer))


def _not_shown(want: Want, rows: list[Row], before: list[Change], shown: tuple[int, int] | None) -> Iterable[str]:
    """Whoever is not in the snapshot was not meant when it was read: had not come, or had gone before."""
    if shown is not None:
        if unseen := [change for change in before if change[3] > shown[1]]:
            yield f"{len(unseen)} missing, and newer than in the snapshot: {unseen[:3]}"
    elif before and before[-1][2] not in ("LEFT", "DELETED"):
        yield f"{len(before)} missing, and not in the snapshot: {before[-3:]}"
    elif rows and want.holds(rows[-1]) and not before:
        yield f"{rows[-1].customer} is not in the snapshot"


def _repeated(told: list[Item], snapshot: Snapshot) -> Iterable[str]:
    for item in told:
        connection, version = snapshot.shown.get(item.customer, (0, 0))
        if connection == item.connection == snapshot.ends and item.version <= version:
            yield f"doubled: {_change(item)} was in the snapshot"
