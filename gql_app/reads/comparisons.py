"""Operators that were given, read into comparisons: several in one input must all hold."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any, cast

from gql_app.errors import BadArgument
from gql_app.reads.criteria import Compared, Criterion, Inside, JsonType, Not, Operator, Stored, every
from models.base import Model
from models.columns import Flag, Long

MOST_CONDITIONS = 100
MOST_PARTS = 200
"""Filters within one filter, empty ones included."""

NEGATED: dict[str, Operator] = {"ne": "eq", "notIn": "in"}
FOLDING = "caseInsensitive"
ADVICE = {"isNull": "true or false", "exists": "true or false", "boolean": "exists: false"}


@dataclass(slots=True)
class Counted:
    """How much one filter has so far; raises BadArgument where it becomes too much."""

    conditions: int = 0
    parts: int = 0

    def condition(self, path: str) -> None:
        """One more operator."""
        self.conditions += 1
        if self.conditions > MOST_CONDITIONS:
            raise BadArgument(f"{path}: a filter may have {MOST_CONDITIONS} conditions, no more.")

    def part(self, path: str) -> None:
        """One more filter within it."""
        self.parts += 1
        if self.parts > MOST_PARTS:
            raise BadArgument(f"{path}: a filter may be made of {MOST_PARTS} filters, no more.")


@dataclass(frozen=True, slots=True)
class Subject:
    """What is compared, and where in the argument; `wrap` puts a comparison to whichever rows have such a value."""

    operand: Stored | Inside
    path: str
    wrap: Callable[[Criterion], Criterion] = lambda criterion: criterion


def compared(counted: Counted, subject: Subject, given: dict[str, Any]) -> Criterion:
    """What the operators say of the subject; raises BadArgument where one is null."""
    return every(_conditions(counted, subject, given))


def _conditions(counted: Counted, subject: Subject, given: dict[str, Any]) -> Iterator[Criterion]:
    folded = bool(given.get(FOLDING))
    for name, value in given.items():
        if name != FOLDING:
            counted.condition(subject.path)
            yield _condition(subject, name, not_null(name, value, subject.path), folded)


def _condition(subject: Subject, name: str, value: Any, folded: bool) -> Criterion:
    if name == "isNull":
        present = subject.wrap(Compared(subject.operand, "present"))
        return Not(present) if value else present
    operator = cast(Operator, NEGATED.get(name, name))
    said = subject.wrap(Compared(subject.operand, operator, plain(value), folded))
    return Not(said) if name in NEGATED else said


def not_null(name: str, value: Any, path: str) -> Any:
    """The operator's value; raises BadArgument where it is null, which could mean anything or nothing."""
    if value is None:
        advice = ADVICE.get(name, "isNull: true")
        raise BadArgument(f"{path}.{name} must not be null: leave it out, or ask with {advice}.")
    return value


def document(counted: Counted, column: str, given: dict[str, Any], path: str) -> Criterion:
    """What is said of the value at a path of a JSON column; raises BadArgument where nothing is."""
    said = {name: value for name, value in given.items() if value is not None or name in ADVICE}
    if len(said) == 1:
        raise BadArgument(f"{path} must say what to look for: exists, string, number, boolean or date.")
    at = said.pop("path")
    return every(_of_type(counted, column, at, (name, value, path)) for name, value in said.items())


def _of_type(counted: Counted, column: str, at: Any, said: tuple[str, Any, str]) -> Criterion:
    name, value, path = said
    if name == "exists":
        subject = Subject(Inside(column, at, "any"), path)
        return compared(counted, subject, {"isNull": not not_null(name, value, path)})
    if name == "boolean":
        return compared(counted, Subject(Inside(column, at, "boolean"), path), {"eq": not_null(name, value, path)})
    return compared(counted, Subject(Inside(column, at, cast(JsonType, name)), f"{path}.{name}"), value)


def own(model: type[Model], name: str) -> Stored:
    """A column, compared as what it holds."""
    kind = model._meta.fields_map[name]
    if isinstance(kind, Long):
        return Stored(name, "bigint")
    return Stored(name, "boolean" if isinstance(kind, Flag) else "text")


def plain(value: Any) -> Any:
    """A value as the database knows it: enums by name, lists that do not change."""
    if isinstance(value, list):
        return tuple(plain(one) for one in value)
    return value.name if isinstance(value, Enum) else value
