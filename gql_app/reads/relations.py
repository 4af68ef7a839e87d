"""Other rows that belong to a row: one of them, all of them, sums over them, or any row by its id."""

from collections.abc import Callable
from typing import Any

from gql_app.errors import BadArgument
from gql_app.reads.builder import Builder, Row
from gql_app.reads.declare import Anywhere, Many, One, Rollup
from gql_app.reads.objects import NULL, compiles, members_of, object_of
from gql_app.reads.plan import Selected
from gql_app.reads.text import one_row
from gql_app.reads.values import storable


@compiles(One)
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
        count = f"(SELECT count(*) FROM {rows})"
        return f"CASE {count} WHEN 0 THEN {NULL} WHEN 1 THEN (SELECT {body} FROM {rows}) END"
    limit = "" if order == f"{inner}.id" and f"{inner}.id =" in conditions else f" ORDER BY {order} LIMIT 1"
    return f'coalesce((SELECT {body} FROM "{table}" {inner} WHERE {conditions}{limit}),{NULL})'


@compiles(Many)
def _many(builder: Builder, selected: Selected, row: Row, kind: Many) -> str:
    selection = selected.beneath[0]
    assert selection.model is not None
    inner = builder.alias()
    conditions = " AND ".join(builder.conditions(kind, selected, inner, row.alias))
    order = builder.fill(kind.order, {}, inner, row.alias)
    body = object_of(builder, selection, Row(inner, selection.model))
    table = selection.model._meta.db_table
    rows = f'(SELECT * FROM "{table}" {inner} WHERE {conditions} ORDER BY {order}) {inner}'
    return f"(SELECT {builder.speech.gather(body)} FROM {rows})"


@compiles(Rollup)
def _rollup(builder: Builder, selected: Selected, row: Row, kind: Rollup) -> str:
    inner = builder.alias()
    body = one_row(members_of(builder, selected.beneath[0], Row(inner, kind.model)))
    where = builder.fill(kind.where, {}, inner, row.alias)
    return f'(SELECT {body} FROM "{kind.model._meta.db_table}" {inner} WHERE {where})'


@compiles(Anywhere)
def _anywhere(builder: Builder, selected: Selected, row: Row, kind: Anywhere) -> str:
    if not kind.several:
        return _found(builder, selected, builder.parameter(selected.arguments[kind.ids]))
    number = builder.place(selected.arguments[kind.ids], _list_reader(builder))
    rows = f"(SELECT * FROM {builder.speech.numbered_elements(number)} ORDER BY place) AS asked"
    body = _found(builder, selected, "asked.value")
    return f"(SELECT {builder.speech.gather(body)} FROM {rows})"


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
            found.append(f'(SELECT {body} FROM "{table}" {inner} WHERE {key.format(inner=inner, wanted=wanted)})')
    return f"coalesce({','.join(found)},{NULL})"


def _list_reader(builder: Builder) -> Callable[[Any], Any]:
    def read(values: list[str]) -> Any:
        if len(values) > builder.max_page:
            raise BadArgument(
                f"ids: {len(values)} is more than the {builder.max_page} allowed (GQL_APP_MAX_PAGE_SIZE)."
            )
        return builder.speech.as_list([storable(value) for value in values])

    return read
