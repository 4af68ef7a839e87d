"""The values of a filter as they are compared, in either language: checked, folded, put into bounds."""

from collections.abc import Callable
from typing import Any

from gql_app.database.instants import instant
from gql_app.database.letters import folded
from gql_app.database.members import steps
from gql_app.errors import BadArgument
from gql_app.reads.criteria import Compared, Inside
from gql_app.reads.values import storable

MOST_VALUES = 1000
HIGHEST = "\U0010ffff"
"""No character; a text that begins with it begins with nothing else."""


def reading(compared: Compared) -> Callable[[Any], Any]:
    """How each request's value becomes what is compared."""
    one = _reading_one(compared)
    return (lambda values: [one(value) for value in listed(values)]) if compared.operator == "in" else one


def _reading_one(compared: Compared) -> Callable[[Any], Any]:
    if isinstance(compared.operand, Inside) and compared.operand.json_type == "date":
        return instant
    return _folded if compared.folded else storable


def _folded(value: str) -> str | None:
    return folded(value) if storable(value) is not None else None


def listed(values: Any) -> Any:
    """The values of a list; raises BadArgument where there are too many."""
    if len(values) > MOST_VALUES:
        raise BadArgument(f"A filter's list may have {MOST_VALUES} values, but one has {len(values)}.")
    return values


def beyond(prefix: str) -> str:
    """The first text after all that begin with this one: the prefix with its last character raised."""
    kept = prefix.rstrip(HIGHEST)
    if not kept:
        return HIGHEST
    last = ord(kept[-1]) + 1
    return kept[:-1] + ("\ue000" if last == 0xD800 else chr(last))


def path_steps(path: Any) -> list[str] | None:
    """A path's steps; None where a step is no text that a key can be."""
    found = list(steps(path))
    return None if any(storable(step) is None for step in found) else found


def path_text(path: str) -> str | None:
    """The path as it was written, checked in the same way."""
    return None if path_steps(path) is None else path
