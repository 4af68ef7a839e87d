"""Which telling set a field: (final, event time, rank, event id) as one text that sorts by age.

The newest telling of a field wins whatever the order of arrival, so a row is a function of the set of its tellings.
Between equal stamps (one event told through two doors with different bodies) the greater value wins.
"""

from collections import defaultdict
from collections.abc import Iterable

import msgspec

Stamps = dict[str, str]
"""Stamp by column; a column that nobody told of is absent."""

REST = "*"
UNTOLD = ""


def stamp(final: bool, happened_at: int, rank: int, event: str) -> str:
    """`happened_at` is microseconds since 1970. A final telling is newer than any other."""
    return f"{int(final)}{happened_at:018d}{rank}{event}"


def pack(stamps: Stamps, columns: Iterable[str]) -> str:
    """JSON that names a stamp once; its largest group of columns is written as `*`."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for column in columns:
        groups[stamps.get(column, UNTOLD)].append(column)
    largest = max(groups, key=lambda said: len(groups[said]))
    packed: dict[str, str | list[str]] = dict(groups)
    packed[largest] = REST
    return msgspec.json.encode(packed).decode()


def unpack(packed: str, columns: Iterable[str]) -> Stamps:
    """What `pack` wrote."""
    groups = msgspec.json.decode(packed)
    stamps: Stamps = {}
    for said, named in groups.items():
        stamps.update(dict.fromkeys(columns if named == REST else (), said))
    for said, named in groups.items():
        if named != REST:
            stamps.update(dict.fromkeys(named, said))
    return {column: said for column, said in stamps.items() if said != UNTOLD}
