"""Columns of values as PostgreSQL's driver takes them fastest: each joined to one text, which the server takes apart.

It looks at every element of an array, and needs four times as long for it (measured: 0.42 instead of 0.11 us).
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from gql_app.errors import Unstorable

Column = Sequence[Any]

ARRAY = re.compile(r"\$(\d+)::(\w+)\[\]")
SEPARATOR, NOTHING = "\x1f", "\x1e"
APART = r"string_to_array(${place}::text, E'\x1f', E'\x1e')"

Join = Callable[[Column], str | None]


def joined(sql: str, columns: Sequence[Column]) -> tuple[str, Sequence[Any]]:
    """The statement, which takes arrays, and its parameters, for texts in their stead; unchanged where a value holds
    what would separate it, or is one empty text, which would be none. Raises Unstorable where a value is not of its
    column's type.
    """
    told, joins = _told(sql)
    try:
        texts = [join(column) if join else column for join, column in zip(joins, columns, strict=True)]
    except TypeError:
        raise Unstorable("a value of another type than its column") from None
    return (sql, columns) if None in texts else (told, texts)


@lru_cache(maxsize=1024)
def _told(sql: str) -> tuple[str, tuple[Join | None, ...]]:
    """The statement for texts, and how each of its columns becomes one; bytes stay as they are."""
    kinds = {int(place): kind for place, kind in ARRAY.findall(sql)}
    joins = tuple(JOINS.get(kinds[place]) for place in sorted(kinds))
    return ARRAY.sub(lambda found: FORMS.get(found[2], "{0}").format(found[0], place=found[1]), sql), joins


def _texts(column: Column) -> str | None:
    said = SEPARATOR.join([NOTHING if value is None else value for value in column])
    is_apart = said.count(SEPARATOR) == len(column) - 1 and said.count(NOTHING) == column.count(None)
    return said if is_apart and said else None


def _numbers(column: Column) -> str:
    return SEPARATOR.join([NOTHING if value is None else repr(value) for value in column])


JOINS: dict[str, Join] = {"text": _texts, "jsonb": _texts, "bigint": _numbers, "boolean": _numbers}
FORMS = {"text": APART} | {kind: f"{APART}::{kind}[]" for kind in ("jsonb", "bigint", "boolean")}
