"""Rows counted and summed up by group, each group as the JSON of one statement.

A row that has several of something, such as segments, is in the group of each; one that has none is in the group null.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from gql_app.errors import BadArgument
from gql_app.reads.builder import Builder, Row
from gql_app.reads.declare import Beside, Document, Groups, Own, Stats, Truncated
from gql_app.reads.figures import FIGURES
from gql_app.reads.filter_words import WORDS
from gql_app.reads.objects import NULL, compiles, members
from gql_app.reads.plan import Selected, Selection
from gql_app.reads.source import where
from gql_app.reads.text import literal, one_row
from gql_app.reads.window import checked_size

MOST_PARTS = 4
DEFAULT_SIZE = 100


@dataclass(frozen=True, slots=True)
class Part:
    """One thing to group by: what writes its name as JSON text, its value as a text or null.

    The name is written only where it is asked for: PostgreSQL refuses a parameter that no part of the statement uses.
    """

    name: Callable[[], str]
    value: str


@compiles(Groups)
def _groups(builder: Builder, selected: Selected, row: Row, kind: Groups) -> str:
    first = selected.arguments.get("first")
    size = checked_size(selected.key, "first", DEFAULT_SIZE if first is None else first, builder.max_page)
    asked = selected.arguments.get(kind.by) or []
    if len(asked) > MOST_PARTS:
        raise BadArgument(f"{selected.key}: {kind.by} names {len(asked)} things, more than the {MOST_PARTS} allowed.")
    inner = builder.alias()
    base = builder.conditions(kind, selected, inner, row.alias)
    joins = _Joins(builder, inner, kind)
    parts = [joins.part(kind, one) for one in asked]
    keys = "".join(f", {part.value} AS k{place}" for place, part in enumerate(parts))
    table = kind.model._meta.db_table
    rows = f'(SELECT {inner}.*{keys} FROM "{table}" {inner}{joins.sql}{where(base)}) {inner}'
    body = _body(builder, selected.beneath[0], inner, parts)
    return f"(SELECT {builder.speech.gather('g.body')} FROM ({_grouped(body, rows, inner, len(parts), size)}) g)"


def _grouped(body: str, rows: str, inner: str, count: int, size: int) -> str:
    keys = [f"{inner}.k{place}" for place in range(count)]
    if not keys:
        return f"SELECT {one_row(body)} AS body FROM {rows} LIMIT {size}"
    order = ", ".join(["count(*) DESC", *(f"{key} NULLS LAST" for key in keys)])
    return f"SELECT {body} AS body FROM {rows} GROUP BY {', '.join(keys)} ORDER BY {order} LIMIT {size}"


class _Joins:
    """The tables that the parts need beside the rows' own, each joined once."""

    def __init__(self, builder: Builder, inner: str, kind: Groups) -> None:
        self._builder, self._inner, self._owner = builder, inner, kind.owner
        self._columns: dict[str, list[Beside]] = {}

    def part(self, kind: Groups, asked: dict[str, Any]) -> Part:
        """What is grouped by."""
        ((member, value),) = asked.items()
        if value is None or value is False:
            raise BadArgument(f"{kind.by}: {member} is {value}, which groups by nothing: leave it out.")
        by = kind.members.get(member) or value.value
        if isinstance(by, Document):
            return self._within(by, value)
        if isinstance(by, Truncated):
            return Part(partial(literal, f'"{by.name}"'), self._value(by))
        name = member if member in kind.members else value.name
        return Part(partial(literal, f'"{name}"'), self._value(by))

    def _value(self, by: Any) -> str:
        if isinstance(by, Own):
            return f'{self._inner}."{by.column}"'
        if isinstance(by, Truncated):
            return FIGURES[self._builder.speech.name].truncated(f'{self._inner}."{by.column}"', by.unit)
        assert isinstance(by, Beside)
        table = by.model._meta.db_table
        self._columns.setdefault(table, []).append(by)
        return f'{self._inner}_{table}."{by.column}"'

    def _within(self, by: Document, path: Any) -> Part:
        speech, place = self._builder.speech, f'{self._inner}."{by.column}"'
        words = WORDS[speech.name]
        number = self._builder.place(path, words.bound_path)
        text, amount, flag = (words.inside(place, number, kind) for kind in ("string", "number", "boolean"))
        return Part(partial(self._path, by, path), FIGURES[speech.name].as_text(text, amount, flag))

    def _path(self, by: Document, path: Any) -> str:
        return self._builder.speech.text(f"'{by.column}.'||coalesce({self._builder.parameter(path)},'')")

    @property
    def sql(self) -> str:
        """LEFT JOINs."""
        return "".join(self._join(table, parts) for table, parts in self._columns.items())

    def _join(self, table: str, parts: list[Beside]) -> str:
        columns = list(dict.fromkeys(part.column for part in parts))
        is_unique = any(part.is_unique for part in parts)
        told = " OR ".join(f'b."{column}" IS NOT NULL' for column in columns)
        kept = where([*(part.where for part in parts if part.where), f"({told})"])
        named = ", ".join(f'b."{column}"' for column in (self._owner, *columns))
        rows = f'SELECT {"" if is_unique else "DISTINCT "}{named} FROM "{table}" b{kept}'
        alias = f"{self._inner}_{table}"
        return f' LEFT JOIN ({rows}) {alias} ON {alias}."{self._owner}" = {self._inner}.id'


def _body(builder: Builder, selection: Selection, inner: str, parts: list[Part]) -> str:
    return members(selection, lambda one: _member(builder, one, inner, parts))


def _member(builder: Builder, one: Selected, inner: str, parts: list[Part]) -> str:
    if one.name == "group":
        keys = [_key(builder, one.beneath[0], inner, place, part) for place, part in enumerate(parts)]
        return "'['||" + "||','||".join([*keys]) + "||']'" if keys else literal("[]")
    if isinstance(one.kind, Stats):
        return _stats(builder, one, f'{inner}."{one.kind.column}"')
    return builder.speech.number("count(*)")


def _key(builder: Builder, selection: Selection, inner: str, place: int, part: Part) -> str:
    values: dict[str, Callable[[], str]] = {
        "name": part.name,
        "value": lambda: builder.speech.text(f"{inner}.k{place}"),
    }
    return f"({members(selection, lambda one: values[one.name]())})"


def _stats(builder: Builder, one: Selected, place: str) -> str:
    """Null where no row of the group has a value."""
    speech, figures = builder.speech, FIGURES[builder.speech.name]
    values = {
        "sum": f"'\"'||{figures.exact_sum(place)}||'\"'",
        "avg": figures.average(place),
        "min": speech.number(f"min({place})"),
        "max": speech.number(f"max({place})"),
    }
    body = members(one.beneath[0], lambda part: values[part.name])
    return f"CASE WHEN count({place})=0 THEN {NULL} ELSE {body} END"
