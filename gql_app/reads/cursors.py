"""Page cursors: the key of a row, in hexadecimal, marked with the order it belongs to."""

from typing import Any

from gql_app.errors import BadCursor

MARK = "id:"


def read_key(cursor: Any) -> str:
    """The key in a cursor; raises BadCursor where it is none of this list's."""
    try:
        said = bytes.fromhex(cursor).decode()
    except (ValueError, TypeError):
        said = ""
    if not said.startswith(MARK) or "\x00" in said:
        raise BadCursor(
            f"{str(cursor)[:40]!r} is not a cursor of this list: use endCursor or an edge's cursor."
        )
    return said.removeprefix(MARK)


def read_number_key(cursor: Any) -> int:
    """The key of a list that is ordered by number."""
    said = read_key(cursor)
    if not said.lstrip("-").isdigit() or len(said) > 19 or not -(2**63) <= int(said) < 2**63:
        raise BadCursor(
            f"{str(cursor)[:40]!r} is not a cursor of this list: use endCursor or an edge's cursor."
        )
    return int(said)
