"""How many values an argument or a variable holds, and how deep they stand within one another."""

from typing import Any

from graphql import FloatValueNode, GraphQLError, IntValueNode, ListValueNode, ObjectValueNode

MOST_DIGITS = 400
"""Of a number in a document; no number that anything here could hold has as many."""


def measured(value: Any, most: int | None = None) -> tuple[int, int]:
    """Values and depth of a literal or of JSON; looks no further than one value beyond `most`."""
    if value is None:
        return 0, 0
    count = depth = 0
    level = [value]
    while level:
        count += len(level)
        if most is not None and count > most:
            return count, depth
        level = [inner for outer in level for inner in _within(outer)]
        depth += bool(level)
    return count, depth


def _within(value: Any) -> Any:
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        return value.values()
    if isinstance(value, ListValueNode):
        return value.values
    if isinstance(value, ObjectValueNode):
        return [part.value for part in value.fields]
    if isinstance(value, IntValueNode | FloatValueNode) and len(value.value) > MOST_DIGITS:
        raise GraphQLError(f"A number of {len(value.value)} digits is more than anybody could keep.", value)
    return ()
