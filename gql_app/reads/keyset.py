"""What lies beyond a place in an ordered list, as stretches that an index can be read along.

A row lies beyond a place if its first column does, or is the same and its second does, and so on; nulls lie on one
side of everything. Each of these cases is a range of an index, where one condition with OR would be none.
"""

from collections.abc import Iterator, Sequence

from gql_app.reads.order import LOWEST, Key, Order


def stretches(order: Order, alias: str) -> list[list[str]]:
    """Conditions that part the whole list into rows with and without the first column, in order."""
    if not order.keys or not order.keys[0].nullable:
        return [[""]]
    key = order.keys[0]
    parts = [[present(key, alias)], [f"{alias}.{key.column} IS NULL"]]
    return parts[::-1] if key.nulls_first else parts


def beyond(order: Order, alias: str, place: Sequence[str], inclusive: bool = False) -> list[list[str]]:
    """Conditions of which every row beyond the place meets exactly one, in groups that follow one another; `place` is a
    parameter for each column and the last one for the key. An inclusive place lies beyond itself.
    """
    last = f"{order.key.sign}=" if inclusive else order.key.sign
    if not order.keys:
        return [[f"{alias}.{order.key.column}{last}{place[-1]}"]]
    first, others = order.keys[0], range(1, len(order.keys))
    groups = [
        [one for number in others for one in _same(order, alias, place, last, number)],
        list(_later(order, alias, place, last, 0)),
        [_other_side(first, alias, place[0])] if first.nullable else [],
    ]
    return [group for group in groups if group]


def _same(order: Order, alias: str, place: Sequence[str], last: str, number: int) -> Iterator[str]:
    """Rows that are at the place in the columns before this one, and beyond it in this one."""
    key, earlier = order.keys[number], order.keys[:number]
    beyond_it = list(_later(order, alias, place, last, number))
    if key.nullable:
        beyond_it.append(_other_side(key, alias, place[number]))
    for at_place in _at(earlier, alias, place):
        yield from (f"{at_place} AND {one}" for one in beyond_it)


def _later(order: Order, alias: str, place: Sequence[str], last: str, number: int) -> Iterator[str]:
    """Rows whose column lies beyond on the same side of the nulls; the last column is compared with the key."""
    key, value, unique = order.keys[number], place[number], order.key
    column, at_key = f"{alias}.{key.column}", f"{alias}.{unique.column}"
    if number < len(order.keys) - 1:
        yield f"{column}{key.sign}{value}"
        return
    yield f"({column},{at_key}){last}({value},{place[-1]})"
    if key.nullable:
        yield f"{column} IS NULL AND {value} IS NULL AND {at_key}{last}{place[-1]}"


def _other_side(key: Key, alias: str, value: str) -> str:
    """All rows on the far side of the nulls, where the place is on the near side."""
    if key.nulls_first:
        return f"{present(key, alias)} AND {value} IS NULL"
    return f"{alias}.{key.column} IS NULL AND {value} IS NOT NULL"


def _at(keys: Sequence[Key], alias: str, place: Sequence[str]) -> Iterator[str]:
    """Rows that are at the place in all of these columns: a range of the first, whatever the others."""
    others = [_equal(key, f"{alias}.{key.column}", value) for key, value in zip(keys[1:], place[1:], strict=False)]
    first, value = f"{alias}.{keys[0].column}", place[0]
    yield " AND ".join([f"{first}={value}", *others])
    if keys[0].nullable:
        yield " AND ".join([f"{first} IS NULL AND {value} IS NULL", *others])


def _equal(key: Key, column: str, value: str) -> str:
    return f"({column}={value} OR {column} IS NULL AND {value} IS NULL)" if key.nullable else f"{column}={value}"


def present(key: Key, alias: str) -> str:
    """That the column is not null, as a range."""
    return f"{alias}.{key.column}>={LOWEST[key.type]}"
