"""An object of one row: its columns, and what is made of them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from gql_app.reads.builder import Builder, Row
from gql_app.reads.declare import Column, Computed, Embedded, Hidden, Kind, Money
from gql_app.reads.dialect import column
from gql_app.reads.plan import Selected, Selection
from gql_app.reads.text import json_object, literal

NULL = "'null'"

Compiler = Callable[[Builder, Selected, Row, Any], str]

COMPILERS: dict[type[Kind], Compiler] = {}
"""How each kind of declaration becomes SQL: an expression of JSON text over a row."""


def compiles(kind: type[Kind]) -> Callable[[Compiler], Compiler]:
    """Registers the compiler of a kind of declaration."""

    def register(compiler: Compiler) -> Compiler:
        COMPILERS[kind] = compiler
        return compiler

    return register


def object_of(builder: Builder, selection: Selection, row: Row) -> str:
    """A JSON object of everything selected of one row."""
    if builder.nesting == builder.speech.nesting:
        return _apart(builder, selection, row)
    builder.nesting += 1
    body = members_of(builder, selection, row)
    builder.nesting -= 1
    return body


def _apart(builder: Builder, selection: Selection, row: Row) -> str:
    """The same from a view that finds the row by its key: the parser sees them one after the other."""
    outside, builder.nesting = builder.nesting, 0
    inner, view, key = (
        builder.alias(),
        f"v{len(builder.views)}_{builder.aliases}",
        row.model._meta.db_pk_column,
    )
    body = object_of(builder, selection, replace(row, alias=inner))
    table = row.model._meta.db_table
    builder.views.append(
        f'{view} AS NOT MATERIALIZED (SELECT {inner}."{key}" AS key, {body} AS body FROM "{table}" {inner})'
    )
    builder.nesting = outside
    return f'(SELECT {view}.body FROM {view} WHERE {view}.key = {row.alias}."{key}")'


def members_of(builder: Builder, selection: Selection, row: Row) -> str:
    """A JSON object of everything selected, written where it stands."""
    return members(selection, lambda selected: value_of(builder, selected, row))


def members(selection: Selection, value: Callable[[Selected], str]) -> str:
    """A JSON object of everything selected: its own type's name, null for what is hidden, else the value."""
    return json_object((one.key, _member(selection, one, value)) for one in selection.fields)


def _member(selection: Selection, selected: Selected, value: Callable[[Selected], str]) -> str:
    if selected.name == "__typename":
        return literal(f'"{selection.type_name}"')
    return NULL if isinstance(selected.kind, Hidden) else value(selected)


def value_of(builder: Builder, selected: Selected, row: Row) -> str:
    """A field's value as an expression of JSON text."""
    assert selected.kind is not None, f"{selected.name} is not declared"
    return COMPILERS[type(selected.kind)](builder, selected, row, selected.kind)


@compiles(Column)
def _column(builder: Builder, selected: Selected, row: Row, kind: Column) -> str:
    name = kind.name or row.prefix + selected.name
    value = column(builder.speech, row.alias, row.model, name)
    if not selected.names:
        return value
    allowed = ",".join(map(literal, selected.names))
    return f'CASE WHEN {row.alias}."{name}" IN ({allowed}) THEN {value} ELSE {builder.speech.fault} END'


@compiles(Money)
def _money(builder: Builder, selected: Selected, row: Row, kind: Money) -> str:
    place = f'{row.alias}."{kind.name or row.prefix + selected.name}"'
    currency = column(builder.speech, row.alias, row.model, kind.currency) if kind.currency else NULL
    parts = {
        "minor_units": builder.speech.number(place),
        "amount": f"'\"'||{builder.speech.decimal(place)}||'\"'",
        "currency": currency,
    }
    body = members(selected.beneath[0], lambda part: parts[part.name])
    return builder.speech.amount(body, place)


@compiles(Embedded)
def _embedded(builder: Builder, selected: Selected, row: Row, kind: Embedded) -> str:
    prefix = f"{row.prefix}{selected.name}_" if kind.prefix is None else kind.prefix
    body = object_of(builder, selected.beneath[0], replace(row, prefix=prefix))
    if kind.always:
        return body
    every = [name for name in row.model._meta.fields_map if name.startswith(prefix)]
    columns = [kind.witness] if kind.witness else every
    told = ",".join(f'{row.alias}."{name}"' for name in columns)
    absent = " AND ".join(f"{place} IS NULL" for place in told.split(","))
    return f"CASE WHEN {absent} THEN {NULL} ELSE {body} END"


@compiles(Computed)
def _computed(builder: Builder, selected: Selected, row: Row, kind: Computed) -> str:
    template = kind.postgres if builder.speech.name == "postgres" else kind.sqlite
    return f"({builder.fill(template, selected.arguments, row.alias)})"
