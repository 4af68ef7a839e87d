"""Whether two answers say the same, whatever the names and however the objects are nested."""

from typing import Any

Leaf = float | str | None
Said = Leaf | list[Any]


def said(value: Any) -> Said:
    """The values in the order of the selection: those of an object side by side, the elements of a list apart."""
    if isinstance(value, dict):
        found = _flat(value)
        return found[0] if len(found) == 1 else found
    if isinstance(value, list):
        return [said(element) for element in value]
    return _leaf(value)


def in_some_order(value: Said) -> Said:
    """Lists sorted, all the same way."""
    return sorted(map(in_some_order, value), key=repr) if isinstance(value, list) else value


def _flat(value: dict[str, Any]) -> list[Said]:
    found: list[Said] = []
    for part in value.values():
        found += _flat(part) if isinstance(part, dict) else [said(part)]
    return found


def _leaf(value: Any) -> Leaf:
    """Numbers of 64 bits are text with some."""
    try:
        return None if value is None else round(float(value), 6)
    except ValueError:
        return str(value)
