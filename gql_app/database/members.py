"""What stands inside a JSON document, found by a dotted path, and only where it is of the type asked for."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from gql_app.database.instants import instant
from gql_app.errors import BadArgument

_PLACE = re.compile(r"[ \t\n\v\f\r]*[+-]?0*[0-9]{1,10}")
_STEP = re.compile(r"((?:[^\\.]|\\.)*)(\.|\Z)", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)

MISSING = object()
"""Nothing is there, which is not the same as null."""


@lru_cache(1024)
def steps(path: str) -> tuple[str, ...]:
    r"""A dotted path's steps; `\.` is a dot within a step, `\\` a backslash. Raises BadArgument where one is alone."""
    found, at = [], 0
    while True:
        step = _STEP.match(path, at)
        if step is None:
            raise BadArgument(f"The path {path[:40]!r} ends in a lone backslash: write two for one.")
        found.append(_ESCAPED.sub(r"\1", step[1]))
        if not step[2]:
            return tuple(found)
        at = step.end()


def at_path(document: Any, path: Iterable[str]) -> Any:
    """What stands there: a step names an object's member or counts a list's elements; MISSING where nothing does."""
    for step in path:
        if isinstance(document, dict):
            document = document.get(step, MISSING)
        elif isinstance(document, list):
            document = _element(document, step)
        else:
            return MISSING
    return document


def _element(elements: list[Any], step: str) -> Any:
    place = int(step) if _PLACE.fullmatch(step) else len(elements)
    return elements[place] if -len(elements) <= place < len(elements) else MISSING


def of_type(found: Any, name: str) -> Any:
    """The value where it is of this JSON type, else None; a `date` is a string that tells an instant."""
    if name == "any":
        return None if found is MISSING else True
    if name == "string":
        return found if isinstance(found, str) else None
    if name == "boolean":
        return found if isinstance(found, bool) else None
    if name == "number":
        return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None
    return instant(found) if isinstance(found, str) else None
