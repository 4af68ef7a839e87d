"""Whether two answers say the same: data as JSON values, selections in order, errors at the same places."""

import json
from typing import Any

from tests.reads.oracle import Opaque
from tests.reads.places import Place


def decoded(payload: bytes | str) -> Any:
    """Strict JSON: no key twice, no NaN."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        assert len({key for key, _ in pairs}) == len(pairs), f"a key twice: {pairs}"
        return dict(pairs)

    def refuse(constant: str) -> Any:
        raise AssertionError(f"{constant} is no JSON")

    return json.loads(payload, object_pairs_hook=unique, parse_constant=refuse)


def difference(said: Any, expected: Any, path: str = "data") -> str | None:
    """The first place where they differ."""
    if isinstance(expected, Opaque):
        return None if equal(said, expected.value) else _differs(path, said, expected.value)
    if isinstance(expected, Place):
        return None if expected.is_said_by(said) else _differs(path, said, expected)
    if isinstance(expected, dict) and isinstance(said, dict):
        if list(said) != list(expected):
            return _differs(f"{path} keys", list(said), list(expected))
        pairs = [(f"{path}.{key}", said[key], expected[key]) for key in expected]
    elif isinstance(expected, list) and isinstance(said, list) and len(said) == len(expected):
        pairs = [
            (f"{path}[{place}]", one, other) for place, (one, other) in enumerate(zip(said, expected, strict=True))
        ]
    else:
        return None if equal(said, expected) else _differs(path, said, expected)
    return next((found for at, one, other in pairs if (found := difference(one, other, at))), None)


def equal(one: Any, other: Any) -> bool:
    """Equal as JSON values: 1 is 1.0, but true is not 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(equal(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(equal, one, other))
    return isinstance(one, bool) is isinstance(other, bool) and bool(one == other)


def disagreement(said: dict[str, Any], expected: dict[str, Any]) -> str | None:
    """What two response maps do not agree on; messages may differ."""
    if _typename_conflicts(said):
        return None
    if ("data" in said) is not ("data" in expected):
        return f"executed or not: {said} / {expected}"
    if "data" not in said:
        return None
    if found := difference(said["data"], expected["data"]):
        return found
    ours, theirs = _places(said), _places(expected)
    # Where the whole of data is null, which of several errors came first is left open.
    agree = bool(ours) and bool(theirs) if said["data"] is None else ours == theirs
    return None if agree else f"errors at {ours}, expected at {theirs}"


def _places(answer: dict[str, Any]) -> list[str]:
    return sorted(json.dumps(error.get("path")) for error in answer.get("errors", ()))


def _differs(path: str, said: Any, expected: Any) -> str:
    return f"{path}: {said!r}, expected {expected!r}"


def _typename_conflicts(said: dict[str, Any]) -> bool:
    """Whether `__typename` was refused beside a field of another type. The reference does not know the type of
    `__typename`, so it lets pass what the specification forbids where both stand on different object types.
    """
    messages = (error["message"] for error in said.get("errors", ()))
    return any("conflict because they return" in one and "`String!`" in one for one in messages)
