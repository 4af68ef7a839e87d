"""JSON from strangers."""

from collections.abc import Iterable
from typing import Any

import msgspec

from gql_app.web.refusals import BadRequest

DEEPEST = 200
MOST_BRACKETS = 10_000
"""In strings as well: no request within the limits has as many, and counting them is cheaper than looking."""

NOT_PLAIN_UTF8 = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")

_decode = msgspec.json.Decoder().decode


def decoded(raw: bytes) -> Any:
    """Decode JSON that is UTF-8, not nested absurdly and free of numbers no one could keep."""
    try:
        value = _decode(raw)
    except UnicodeDecodeError:
        raise BadRequest("JSON must be UTF-8.") from None
    except RecursionError:
        raise BadRequest("The JSON is nested too deeply.") from None
    except msgspec.DecodeError as error:
        raise BadRequest(_malformed(raw, error)) from None
    opened = raw.count(b"[") + raw.count(b"{")
    if opened > MOST_BRACKETS:
        raise BadRequest(f"The JSON has {opened} opening brackets, but {MOST_BRACKETS} is the most.")
    if opened > DEEPEST and _is_too_deep(value):
        raise BadRequest("The JSON is nested too deeply.")
    return value


def _malformed(raw: bytes, error: msgspec.DecodeError) -> str:
    if raw.startswith(NOT_PLAIN_UTF8) or b"\x00" in raw[:4]:
        return "JSON must be UTF-8 without a byte order mark."
    return f"This cannot be read as JSON: {error}."


def _is_too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST + 1):
        level = [inner for outer in level for inner in _inside(outer)]
    return bool(level)


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
