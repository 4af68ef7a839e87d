"""Values a row cannot hold, yet does, as SQLite allows: found by the statement, never shown to clients."""

from gql_app.errors import BadRow

FAULT = "\x01"
"""What a statement writes where it cannot vouch for a value. JSON never contains it: strings escape it."""


def vouched(found: bytes | str) -> bytes:
    """The answer as UTF-8; raises BadRow where the statement could not vouch for a value in it."""
    try:
        text = found if isinstance(found, str) else found.decode()
    except UnicodeDecodeError:
        raise BadRow() from None
    if FAULT in text:
        raise BadRow()
    return text.encode() if isinstance(found, str) else found
