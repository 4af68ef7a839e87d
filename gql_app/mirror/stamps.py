"""Which telling set a field: (final, event time, rank, event id) as one text that sorts by age.

The newest telling of a field wins whatever the order of arrival, so a row is a function of the set of its
tellings. Between equal stamps (one event told through two doors with different bodies) the greater value
wins.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

Stamps = dict[str, str]
"""Stamp by column; a column that nobody told of is absent."""

REST = "*"
UNTOLD = ""


def stamp(final: bool, happened_at: int, rank: int, event: str) -> str:
    """`happened_at` is microseconds since 1970. A final telling is newer than any other."""
    return f"{'1' if final else '0'}{happened_at:018d}{rank:d}{event}"


def pack(stamps: Stamps, columns: Sequence[str]) -> str:
    """JSON that names a stamp once; its largest group of columns comes first and is written as `*`."""
    if len(stamps) == len(columns) and len(only := set(stamps.values())) == 1:
        return msgspec.json.encode({only.pop(): REST}).decode()
    told = list(map(stamps.get, columns))
    largest = max(dict.fromkeys(told), key=told.count)
    packed: dict[str, Any] = {largest or UNTOLD: REST}
    for column, said in zip(columns, told, strict=True):
        if said != largest:
            packed.setdefault(said or UNTOLD, []).append(column)
    return msgspec.json.encode(packed).decode()


def unpack(packed: str, columns: Sequence[str]) -> Stamps:
    """What `pack` wrote."""
    groups = msgspec.json.decode(packed)
    untold = groups.pop(UNTOLD, ())
    stamps: Stamps = {}
    for said, named in groups.items():
        if named == REST:
            stamps = dict.fromkeys(columns, said)
            for column in untold:
                del stamps[column]
        else:
            stamps.update(dict.fromkeys(named, said))
    return stamps
