"""A plan as one statement. What the statement returns is the JSON of the field."""

import re

from gql_app.reads import entries, pages, relations
from gql_app.reads.builder import Builder, Row, Statement
from gql_app.reads.dialect import SPEECH
from gql_app.reads.objects import object_of, value_of
from gql_app.reads.plan import Selected, Selection
from gql_app.reads.values import getter
from models.base import Model

__all__ = ["Statement", "compile_root", "compile_rows", "entries", "pages", "relations"]


def compile_root(selected: Selected, dialect: str, max_page: int) -> Statement:
    """The statement of a root field."""
    builder = Builder(SPEECH[dialect], max_page)
    expression = value_of(builder, selected, Row("", Model))
    sql = f"SELECT {builder.speech.bytes(f'({expression})')}"
    return Statement(builder.with_views(sql), tuple(builder.parameters))


def compile_rows(selection: Selection, dialect: str, max_page: int, where: str, order: str) -> Statement:
    """A statement that returns the JSON of each row of a table that meets `where`; its `$n` come first."""
    builder = Builder(SPEECH[dialect], max_page)
    assert selection.model is not None
    count = len(set(re.findall(r"\$\d+", where)))
    builder.parameters.extend(getter(None) for _ in range(count))
    alias = builder.alias()
    body = object_of(builder, selection, Row(alias, selection.model))
    table = selection.model._meta.db_table
    rows = f'"{table}" {alias} WHERE {where.format(row=alias)} ORDER BY {order.format(row=alias)}'
    sql = f"SELECT {builder.speech.bytes(f'({body})')} FROM {rows}"
    return Statement(builder.with_views(sql), tuple(builder.parameters))
