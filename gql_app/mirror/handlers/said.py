"""Reading the objects in an event into columns, keeping what is not understood."""

from collections.abc import Callable, Container
from hashlib import sha256
from typing import Any

from gql_app.errors import Unreadable
from gql_app.mirror.facts import Columns
from gql_app.voucherify.values import identifier, json, storable

Reader = Callable[[Any], Any]
Reading = dict[str, tuple[str, Reader]]
"""For each key of the said object: the column it fills and how its value is read."""


def read(said: dict[str, Any], reading: Reading) -> Columns:
    """Every column of the reading; None where it was not said or not understood."""
    get = said.get
    return {
        column: None if (value := get(name)) is None else reader(value) for name, (column, reader) in reading.items()
    }


def unknown(said: dict[str, Any], reading: Reading, columns: Columns, known: Container[str] = ()) -> Columns | None:
    """What was said beyond the reading, and what was not read into its columns, for `unknownFields`."""
    kept = {
        storable(name): json(value)
        for name, value in said.items()
        if name not in known
        and (name not in reading or (columns[reading[name][0]] is None and value is not None and value != ""))
    }
    return kept or None


def identity(said: dict[str, Any], what: str) -> str:
    """The object's id; raises Unreadable where it has none."""
    found = identifier(said.get("id"))
    if found is None:
        raise Unreadable(f"the {what} has no id")
    return found


def derived(prefix: str, *parts: str) -> str:
    """A stable id for what Voucherify gives none: the same parts, the same id."""
    return f"{prefix}_{sha256(chr(0).join(parts).encode()).hexdigest()[:24]}"
