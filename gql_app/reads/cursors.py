"""Page cursors: the key of a row, in hexadecimal, marked with the order it belongs to."""

import re
from typing import Any

from gql_app.errors import BadCursor

MARK = "id:"
NUMBER = re.compile("[0-9]{1,18}")


def read_key(cursor: Any) -> str:
    """The key in a cursor; raises BadCursor where it is none of this list's."""
    try:
        said = bytes.fromhex(cursor).decode()
    except (ValueError, TypeError):
        said = ""
    if not said.startswith(MARK) or "\x00" in said:
        raise _foreign(cursor)
    return said.removeprefix(MARK)


def read_number_key(cursor: Any) -> int:
    """The key of a list that is ordered by number."""
    said = read_key(cursor)
    if not NUMBER.fullmatch(said):
        raise _foreign(cursor)
    return int(said)


def _foreign(cursor: Any) -> BadCursor:
    return BadCursor(f"{str(cursor)[:40]!r} is not a cursor of this list: use endCursor or an edge's cursor.")
