"""What a type's field may say about where its value comes from. Without a word it is the column of its own name.

Conditions are templates: `{inner}` is the row looked for, `{outer}` the row stood in, `{name}` an argument's value.
`when` adds a condition where the argument was given.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import EnumMeta
from typing import Any, TypeVar

import strawberry

from models.base import Model

T = TypeVar("T")
E = TypeVar("E", bound=EnumMeta)


@dataclass(frozen=True)
class Column:
    """The row's own column, by the field's name where none is given."""

    name: str | None = None


@dataclass(frozen=True)
class Money:
    """An amount column in minor units, and the column of its ISO 4217 currency where the row has one."""

    name: str | None = None
    currency: str | None = None


@dataclass(frozen=True)
class Embedded:
    """An object made of the row's own columns that begin with `prefix`; null where they all are, unless `always`."""

    prefix: str | None = None
    always: bool = False


@dataclass(frozen=True)
class Computed:
    """A scalar expression over `{row}`, giving JSON text, in each dialect's words."""

    postgres: str
    sqlite: str


@dataclass(frozen=True)
class One:
    """The first row that meets the condition, or null. Where `sole` names a given argument, several are an error."""

    where: str = ""
    order: str = "{inner}.id"
    when: Mapping[str, str] = field(default_factory=dict)
    sole: str | None = None


@dataclass(frozen=True)
class Many:
    """All rows that meet the condition, in order."""

    where: str
    order: str = "{inner}.id"
    when: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Entries:
    """The elements of a JSON column, each with its `key` and `value`."""

    name: str
    keys: str | None = None


@dataclass(frozen=True)
class Page:
    """A Relay connection over the rows that meet the condition, by a key that is unique among them."""

    where: str = ""
    key: str = "id"
    is_number: bool = False
    newest_first: bool = False
    when: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Rollup:
    """An object whose fields are computed over all rows of `model` that meet the condition."""

    model: type[Model]
    where: str


@dataclass(frozen=True)
class Anywhere:
    """A row of whichever selected type has this id; `ids` names the argument that may hold several."""

    ids: str
    several: bool = False


Kind = Column | Money | Embedded | Computed | One | Many | Entries | Page | Rollup | Anywhere

KIND = "reads"


def rows_of(model: type[Model], **options: Any) -> Callable[[type[T]], type[T]]:
    """A GraphQL object type that shows rows of this model; its docstring is its description."""

    def declare(cls: type[T]) -> type[T]:
        cls.__rows__ = model  # type: ignore[attr-defined]
        return strawberry.type(cls, description=cls.__doc__, **options)

    return declare


def described(cls: type[T]) -> type[T]:
    """A GraphQL object type without rows of its own; its docstring is its description."""
    return strawberry.type(cls, description=cls.__doc__)


def enumerated(cls: E) -> E:
    """A GraphQL enum; its docstring is its description."""
    return strawberry.enum(cls, description=cls.__doc__)


def shown(description: str, kind: Kind | None = None) -> Any:
    """A field without arguments."""
    return strawberry.field(description=description, metadata={KIND: kind or Column()})


def asked(kind: Kind) -> Callable[[Callable[..., Any]], Any]:
    """A field with arguments: the function declares them, its docstring describes the field, its body is never run."""

    def declare(function: Callable[..., Any]) -> Any:
        return strawberry.field(resolver=function, description=function.__doc__, metadata={KIND: kind})

    return declare
