"""What a filter's field may say about what it compares. Without a word it is the column of its own name."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal, TypeVar

import strawberry
from strawberry import UNSET

from gql_app.reads.declare import KIND
from models.base import Model

T = TypeVar("T")


@dataclass(frozen=True)
class Own:
    """The row's own column, by the field's name where none is given."""

    name: str | None = None


@dataclass(frozen=True)
class Beneath:
    """Any of the rows of `model` whose `column` is the row's id and whose flag `only` is set.

    A filter is about one such row; a comparison about the values they have in the column `value`.
    """

    model: type[Model]
    column: str
    value: str | None = None
    only: str | None = None


@dataclass(frozen=True)
class Document:
    """A JSON column, looked into by a path; the field's type has a field for each JSON type."""

    name: str | None = None


@dataclass(frozen=True)
class Kept:
    """Rows whose moment of deletion is set: left out, or the only ones. Within other filters only `only` counts."""

    name: str
    exclude: Enum
    only: Enum


@dataclass(frozen=True)
class Joined:
    """Filters of the same kind: all of them, some of them, or not this one."""

    how: Literal["all", "some", "not"]


Source = Own | Beneath | Document | Kept | Joined

FILTERS = "__filters__"


def filters(model: type[Model]) -> Callable[[type[T]], type[T]]:
    """An input that says which rows of this model are meant; as an argument it is a condition on the field's rows."""

    def declare(cls: type[T]) -> type[T]:
        setattr(cls, FILTERS, model)
        return operators(cls)

    return declare


def operators(cls: type[T]) -> type[T]:
    """An input whose fields are operators: of `criteria.Operator`, their negations, isNull and caseInsensitive."""
    return strawberry.input(cls, description=cls.__doc__)


def compared(description: str, source: Source | None = None, name: str | None = None, default: Any = UNSET) -> Any:
    """A field of a filter, or an operator."""
    return strawberry.field(description=description, metadata={KIND: source or Own()}, name=name, default=default)
