"""What a type's field may say about where its value comes from. Without a word it is the column of its own name.

Conditions are templates: `{inner}` is the row looked for, `{outer}` the row stood in, `{name}` an argument's value.
`when` adds a condition where the argument was given.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import EnumMeta
from typing import Any, Literal, TypeVar

import strawberry

from gql_app.reads.scopes import Directive, RequiresScopes
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
    """An object made of the row's own columns that begin with `prefix`; null where they all are, unless `always`, or
    where the column `witness` is.
    """

    prefix: str | None = None
    always: bool = False
    witness: str | None = None


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
class Told:
    """What a path in a JSON column tells of: one that begins and ends so, or is just `ends` where it has no beginning,
    is about this column.
    """

    model: type[Model]
    column: str
    ends: str
    begins: str = ""


@dataclass(frozen=True)
class Entries:
    """The elements of a JSON column, each with its `key` and `value`, or with a `path` that tells of some column.

    `kept` is a condition on those paths, where not all of them may be seen.
    """

    name: str
    keys: str | None = None
    paths: tuple[Told, ...] = ()
    kept: str | None = None


@dataclass(frozen=True)
class Words:
    """A table of words by which rows are found, and its column that holds their key; `argument` holds the text. The
    words are those of the rows' columns `made_of`.
    """

    model: type[Model]
    owner: str
    made_of: tuple[str, ...]
    argument: str = "search"


@dataclass(frozen=True)
class Page:
    """A Relay connection over the rows that meet the condition, by a key that is unique among them.

    `order_by` names the argument that may ask for another order: one sort or a list of them, each with a `field` whose
    enum's values are columns, a `direction` and perhaps where `nulls` stand.
    """

    where: str = ""
    key: str = "id"
    is_number: bool = False
    newest_first: bool = False
    when: Mapping[str, str] = field(default_factory=dict)
    order_by: str = "orderBy"
    words: Words | None = None


@dataclass(frozen=True)
class Rollup:
    """An object whose fields are computed over all rows of `model` that meet the condition."""

    model: type[Model]
    where: str


class Grouped:
    """What rows may be grouped by."""


@dataclass(frozen=True)
class Own(Grouped):
    """The row's own column."""

    column: str


@dataclass(frozen=True)
class Beside(Grouped):
    """A column of rows that belong to the row; unique where no two of them have the same. `b` is such a row."""

    model: type[Model]
    column: str
    where: str = ""
    is_unique: bool = True


@dataclass(frozen=True)
class Truncated(Grouped):
    """The day that a moment's day, week, month or year begins with."""

    column: str
    name: str
    unit: Literal["day", "week", "month", "year"]


@dataclass(frozen=True)
class Document(Grouped):
    """The value at a dotted path of a JSON column, where it is a text, a number, true or false."""

    column: str


@dataclass(frozen=True)
class Groups:
    """The rows of `model` by group. `by` names the argument: a list of objects with one member each.

    An enum's value says what it groups by, `members` what others do. Rows beside name theirs by `owner`.
    """

    model: type[Model]
    by: str
    owner: str
    members: Mapping[str, Grouped] = field(default_factory=dict)
    where: str = ""
    when: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Stats:
    """Sum, average, smallest and greatest value of a column over a group."""

    column: str


@dataclass(frozen=True)
class Anywhere:
    """A row of whichever selected type has this id; `ids` names the argument that may hold several."""

    ids: str
    several: bool = False


@dataclass(frozen=True)
class Pulled:
    """A page of the journal: it is no statement of its own, but what is read of one stretch after the other."""


@dataclass(frozen=True)
class Hidden:
    """Null, whatever the row has: no type says so, but what this viewer may not see comes from nowhere else."""


Shown = Column | Money | Embedded | Computed | One | Many | Entries | Page | Rollup | Groups | Stats
Kind = Shown | Pulled | Anywhere | Hidden

KIND = "reads"


def rows_of(model: type[Model], needs: RequiresScopes) -> Callable[[type[T]], type[T]]:
    """A GraphQL object type that shows rows of this model, and what seeing them needs; its docstring describes it."""

    def declare(cls: type[T]) -> type[T]:
        cls.__rows__ = model  # type: ignore[attr-defined]
        return strawberry.type(cls, description=cls.__doc__, directives=[needs])

    return declare


def needing(needs: RequiresScopes) -> Callable[[type[T]], type[T]]:
    """A GraphQL object type without rows of its own that needs more than what it is part of."""
    return lambda cls: strawberry.type(cls, description=cls.__doc__, directives=[needs])


def described(cls: type[T]) -> type[T]:
    """A GraphQL object type that is part of what has rows, and needs what that needs; its docstring describes it."""
    return strawberry.type(cls, description=cls.__doc__)


def enumerated(cls: E) -> E:
    """A GraphQL enum; its docstring is its description."""
    return strawberry.enum(cls, description=cls.__doc__)


def shown(description: str, kind: Kind | None = None, needs: Directive | None = None) -> Any:
    """A field without arguments, and what seeing it needs beyond what its type needs."""
    directives = [needs] if needs else []
    return strawberry.field(description=description, metadata={KIND: kind or Column()}, directives=directives)


def asked(kind: Kind) -> Callable[[Callable[..., Any]], Any]:
    """A field with arguments: the function declares them, its docstring describes the field, its body is never run."""

    def declare(function: Callable[..., Any]) -> Any:
        return strawberry.field(resolver=function, description=function.__doc__, metadata={KIND: kind})

    return declare
