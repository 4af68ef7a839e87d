"""What SQLite asks Python for, where PostgreSQL has words of its own."""

from functools import lru_cache
from typing import Any

import msgspec

from gql_app.database.letters import folded
from gql_app.database.members import at_path, of_type, steps

_JSON = msgspec.json.Decoder()


def folded_text(text: Any) -> str | None:
    """See `letters.folded`; what is not text has no letters."""
    return folded(text) if isinstance(text, str) else None


def inside(document: str | None, path: str | None, name: str) -> Any:
    """The value of this type at a path of JSON text; what is not JSON holds nothing."""
    if document is None or path is None:
        return None
    try:
        return of_type(at_path(_JSON.decode(document), steps(path)), name)
    except (msgspec.DecodeError, UnicodeError, TypeError):
        return None


def one_of(number: float | None, numbers: str) -> bool:
    """Whether a list, as JSON text, has this very number."""
    return number is not None and number in _numbers(numbers)


@lru_cache(64)
def _numbers(text: str) -> frozenset[float]:
    return frozenset(map(float, msgspec.json.decode(text)))


FUNCTIONS = (("folded", 1, folded_text), ("inside", 3, inside), ("one_of", 2, one_of))
"""Their names, their numbers of arguments; each gives the same for the same arguments, always."""
