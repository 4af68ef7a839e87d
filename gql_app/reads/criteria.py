"""What a filter says, free of any language: a tree that SQL and Python both speak (`filter_sql`, `predicate`).

Two values only: a criterion holds or it does not. What compares with a missing value does not hold, and `Not` is the
exact complement.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

ValueType = Literal["text", "bigint", "float8", "boolean", "instant"]
JsonType = Literal["string", "number", "boolean", "date", "any"]
Operator = Literal["present", "eq", "in", "gt", "gte", "lt", "lte", "startsWith", "contains"]

JSON_VALUES: dict[JsonType, ValueType] = {
    "string": "text",
    "number": "float8",
    "boolean": "boolean",
    "date": "instant",
    "any": "boolean",
}


@dataclass(frozen=True, slots=True)
class Stored:
    """A column of the row."""

    name: str
    type: ValueType


@dataclass(frozen=True, slots=True)
class Inside:
    """The value at a dotted path of a JSON column, where it is of this type; a date is an instant told by a string."""

    name: str
    path: Any
    json_type: JsonType

    @property
    def type(self) -> ValueType:
        """What it is compared as."""
        return JSON_VALUES[self.json_type]


@dataclass(frozen=True, slots=True)
class Compared:
    """An operand, how it is compared, and the value or `Slot` it is compared with; folded: whatever the case."""

    operand: Stored | Inside
    operator: Operator
    value: Any = None
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Exists:
    """A row of a table, whose `column` is the row's id, for which the criterion holds."""

    table: str
    column: str
    criterion: "Criterion"


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; without parts it always does."""

    parts: "tuple[Criterion, ...]" = ()


@dataclass(frozen=True, slots=True)
class Some:
    """A part holds; without parts it never does."""

    parts: "tuple[Criterion, ...]" = ()


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Criterion"


Criterion = Compared | Exists | All | Some | Not

ALWAYS = All()


def every(parts: Iterator[Criterion]) -> Criterion:
    """All of them, without a wrapper around one; what always holds is left out."""
    said = tuple(part for part in parts if part != ALWAYS)
    return said[0] if len(said) == 1 else All(said)
