"""A plan as one statement. What the statement returns is the JSON of the field."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gql_app.errors import BadArgument
from gql_app.reads.declare import (
    Anywhere,
    Column,
    Computed,
    Embedded,
    Entries,
    Many,
    Money,
    One,
    Page,
    Rollup,
)
from gql_app.reads.dialect import SPEECH, Speech, column
from gql_app.reads.plan import Selected, Selection
from gql_app.reads.text import json_object, literal
from gql_app.reads.values import Getter, Variables, getter
from models.base import Model

NULL = "'null'"
PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL, and how each of its parameters is found in a request's variables."""

    sql: str
    parameters: tuple[Getter, ...]

    def bind(self, variables: Variables) -> tuple[Any, ...]:
        """The parameters of one request; raises BadArgument or BadCursor where one cannot be used."""
        return tuple(get(variables) for get in self.parameters)


@dataclass(frozen=True, slots=True)
class Row:
    """The row an object's fields are read from: its alias, its model, and how its columns begin."""

    alias: str
    model: type[Model]
    prefix: str = ""


@dataclass(slots=True)
class Builder:
    """Builds one statement: hands out aliases and parameters."""

    speech: Speech
    max_page: int
    parameters: list[Getter] = field(default_factory=list)
    aliases: int = 0

    def alias(self) -> str:
        self.aliases += 1
        return f"t{self.aliases}"

    def parameter(
        self, value: Any, value_type: str = "text", read: Callable[[Any], Any] | None = None
    ) -> str:
        """A parameter; `read` checks or converts each request's value."""
        self.parameters.append(_reading(getter(value), read) if read else getter(value))
        return self.speech.parameter(len(self.parameters), value_type)

    def elements(self, value: Any) -> str:
        """A list parameter, for `IN`."""
        self.parameters.append(_reading(getter(value), self.speech.as_list))
        return self.speech.elements(len(self.parameters))

    def fill(self, template: str, arguments: Mapping[str, Any], inner: str = "", outer: str = "") -> str:
        """A declared condition with its aliases and arguments in place."""

        def place(found: re.Match[str]) -> str:
            name = found[1]
            if name in ("inner", "row"):
                return inner
            if name == "outer":
                return outer
            value = arguments[name]
            is_list = template[: found.start()].rstrip().endswith("IN")
            return self.elements(value) if is_list else self.parameter(value)

        return PLACE.sub(place, template)

    def conditions(self, kind: One | Many | Page, selected: Selected, inner: str, outer: str) -> list[str]:
        """What rows must meet: always, and because an argument was given."""
        given = [kind.where] if kind.where else []
        given += [text for name, text in kind.when.items() if selected.arguments.get(name) is not None]
        return [self.fill(text, selected.arguments, inner, outer) for text in given]


def _reading(get: Getter, read: Callable[[Any], Any]) -> Getter:
    return lambda variables: read(get(variables))


def compile_root(selected: Selected, dialect: str, max_page: int) -> Statement:
    """The statement of a root field."""
    builder = Builder(SPEECH[dialect], max_page)
    expression = value_of(builder, selected, Row("", Model))
    sql = f"SELECT {builder.speech.bytes(f'({expression})')}"
    return Statement(sql, tuple(builder.parameters))


def compile_rows(selection: Selection, dialect: str, max_page: int, where: str, order: str) -> Statement:
    """A statement that returns the JSON of each row of a table that meets `where`; its `$n` come first."""
    builder = Builder(SPEECH[dialect], max_page)
    assert selection.model is not None
    count = len(set(re.findall(r"\$\d+", where)))
    builder.parameters.extend(getter(None) for _ in range(count))
    alias = builder.alias()
    body = object_of(builder, selection, Row(alias, selection.model))
    table = selection.model._meta.db_table
    sql = f'SELECT {builder.speech.bytes(f"({body})")} FROM "{table}" {alias} WHERE {where.format(row=alias)} ORDER BY {order.format(row=alias)}'
    return Statement(sql, tuple(builder.parameters))


def object_of(builder: Builder, selection: Selection, row: Row) -> str:
    """A JSON object of everything selected of one row."""
    members = []
    for selected in selection.fields:
        value = literal(f'"{selection.type_name}"') if selected.name == "__typename" else None
        members.append((selected.key, value or value_of(builder, selected, row)))
    return json_object(members)


def value_of(builder: Builder, selected: Selected, row: Row) -> str:
    """A field's value as an expression of JSON text."""
    kind = selected.kind
    assert kind is not None, f"{selected.name} is not declared"
    compiled: str = COMPILERS[type(kind)](builder, selected, row, kind)
    return compiled


def _column(builder: Builder, selected: Selected, row: Row, kind: Column) -> str:
    return column(builder.speech, row.alias, row.model, kind.name or row.prefix + selected.name)


def _money(builder: Builder, selected: Selected, row: Row, kind: Money) -> str:
    place = f'{row.alias}."{kind.name or row.prefix + selected.name}"'
    currency = column(builder.speech, row.alias, row.model, kind.currency) if kind.currency else NULL
    parts = {
        "minor_units": builder.speech.number(place),
        "amount": f"'\"'||{builder.speech.decimal(place)}||'\"'",
        "currency": currency,
        "__typename": literal('"Money"'),
    }
    body = json_object([(part.key, parts[part.name]) for part in selected.beneath[0].fields])
    return f"CASE WHEN {place} IS NULL THEN {NULL} ELSE {body} END"


def _embedded(builder: Builder, selected: Selected, row: Row, kind: Embedded) -> str:
    prefix = f"{row.prefix}{selected.name}_" if kind.prefix is None else kind.prefix
    body = object_of(builder, selected.beneath[0], replace(row, prefix=prefix))
    if kind.always:
        return body
    columns = [name for name in row.model._meta.fields_map if name.startswith(prefix)]
    told = ",".join(f'{row.alias}."{name}"' for name in columns)
    absent = " AND ".join(f"{place} IS NULL" for place in told.split(","))
    return f"CASE WHEN {absent} THEN {NULL} ELSE {body} END"


def _computed(builder: Builder, selected: Selected, row: Row, kind: Computed) -> str:
    template = kind.postgres if builder.speech.name == "postgres" else kind.sqlite
    return f"({builder.fill(template, selected.arguments, row.alias)})"


def _one(builder: Builder, selected: Selected, row: Row, kind: One) -> str:
    selection = selected.beneath[0]
    assert selection.model is not None
    inner = builder.alias()
    conditions = " AND ".join(builder.conditions(kind, selected, inner, row.alias))
    if not conditions:
        raise BadArgument(f"{selected.key}: give {' or '.join(kind.when)}.")
    body = object_of(builder, selection, Row(inner, selection.model))
    order = builder.fill(kind.order, {}, inner, row.alias)
    table = selection.model._meta.db_table
    if kind.sole and selected.arguments.get(kind.sole) is not None:
        rows = f'"{table}" {inner} WHERE {conditions}'
        return f"CASE (SELECT count(*) FROM {rows}) WHEN 0 THEN {NULL} WHEN 1 THEN (SELECT {body} FROM {rows}) END"
    limit = "" if order == f"{inner}.id" and f"{inner}.id =" in conditions else f" ORDER BY {order} LIMIT 1"
    return f'coalesce((SELECT {body} FROM "{table}" {inner} WHERE {conditions}{limit}),{NULL})'


def _many(builder: Builder, selected: Selected, row: Row, kind: Many) -> str:
    selection = selected.beneath[0]
    assert selection.model is not None
    inner = builder.alias()
    conditions = " AND ".join(builder.conditions(kind, selected, inner, row.alias))
    order = builder.fill(kind.order, {}, inner, row.alias)
    body = object_of(builder, selection, Row(inner, selection.model))
    table = selection.model._meta.db_table
    rows = f'(SELECT * FROM "{table}" {inner} WHERE {conditions} ORDER BY {order}) {inner}'
    return f"(SELECT {builder.speech.gather(body, order)} FROM {rows})"


def _entries(builder: Builder, selected: Selected, row: Row, kind: Entries) -> str:
    speech, place = builder.speech, f'{row.alias}."{kind.name}"'
    if kind.keys is None:
        return _list_items(builder, selected, place)
    parts = {
        "key": speech.text("entry.key"),
        "value": "entry.value_text",
        "__typename": literal('"MetadataEntry"'),
    }
    body = json_object([(part.key, parts[part.name]) for part in selected.beneath[0].fields])
    keys = selected.arguments.get(kind.keys)
    kept = f" WHERE entry.key IN {builder.elements(keys)}" if keys is not None else ""
    value = f"coalesce({speech.entry_value()},'null') AS value_text"
    rows = (
        f"(SELECT entry.key, {value} FROM {speech.entries(place)}{kept} ORDER BY {speech.key_order}) AS entry"
    )
    return f"(SELECT {speech.gather(body, speech.key_order)} FROM {rows})"


def _list_items(builder: Builder, selected: Selected, place: str) -> str:
    speech = builder.speech
    selection = selected.beneath[0]
    body = json_object(
        [
            (
                part.key,
                literal(f'"{selection.type_name}"')
                if part.name == "__typename"
                else speech.member("item.value", part.name),
            )
            for part in selection.fields
        ]
    )
    rows = f"(SELECT * FROM {speech.list_items(place)} ORDER BY place) AS item"
    return f"(SELECT {speech.gather(body, 'place')} FROM {rows})"


def _rollup(builder: Builder, selected: Selected, row: Row, kind: Rollup) -> str:
    inner = builder.alias()
    body = object_of(builder, selected.beneath[0], Row(inner, kind.model))
    where = builder.fill(kind.where, {}, inner, row.alias)
    return f'(SELECT {body} FROM "{kind.model._meta.db_table}" {inner} WHERE {where})'


def _anywhere(builder: Builder, selected: Selected, row: Row, kind: Anywhere) -> str:
    if not kind.several:
        return _found(builder, selected, builder.parameter(selected.arguments[kind.ids]))
    builder.parameters.append(_reading(getter(selected.arguments[kind.ids]), _list_reader(builder)))
    number = len(builder.parameters)
    rows = f"(SELECT * FROM {builder.speech.numbered_elements(number)} ORDER BY place) AS asked"
    body = _found(builder, selected, "asked.value")
    return f"(SELECT {builder.speech.gather(body, 'place')} FROM {rows})"


def _found(builder: Builder, selected: Selected, wanted: str) -> str:
    found = []
    for selection in selected.beneath:
        if selection.model is not None:
            inner = builder.alias()
            body = object_of(builder, selection, Row(inner, selection.model))
            table, key = (
                selection.model._meta.db_table,
                getattr(selection.model, "node_key", "{inner}.id = {wanted}"),
            )
            found.append(
                f'(SELECT {body} FROM "{table}" {inner} WHERE {key.format(inner=inner, wanted=wanted)})'
            )
    return f"coalesce({','.join(found)},{NULL})"


def _list_reader(builder: Builder) -> Callable[[Any], Any]:
    def read(values: list[str]) -> Any:
        if len(values) > builder.max_page:
            raise BadArgument(
                f"ids: {len(values)} is more than the {builder.max_page} allowed (GQL_APP_MAX_PAGE_SIZE)."
            )
        return builder.speech.as_list(values)

    return read


COMPILERS: dict[type, Any] = {
    Column: _column,
    Money: _money,
    Embedded: _embedded,
    Computed: _computed,
    One: _one,
    Many: _many,
    Entries: _entries,
    Rollup: _rollup,
    Anywhere: _anywhere,
}
"""How each kind of declaration becomes SQL; `pages` adds connections."""

from gql_app.reads import pages  # noqa: E402

COMPILERS[Page] = pages.page
