"""A plan as one statement. What the statement returns is the JSON of the field."""

from collections.abc import Callable
from dataclasses import dataclass

from gql_app.reads import entries, groups, pages, relations
from gql_app.reads.builder import Builder, Row, Statement
from gql_app.reads.dialect import SPEECH
from gql_app.reads.objects import object_of, value_of
from gql_app.reads.plan import Selected, Selection
from gql_app.reads.values import getter
from models.base import Model

__all__ = ["Rows", "Statement", "compile_root", "compile_rows", "entries", "groups", "pages", "relations"]


def compile_root(selected: Selected, dialect: str, max_page: int) -> Statement:
    """The statement of a root field."""
    builder = Builder(SPEECH[dialect], max_page, reach=selected.reach)
    expression = value_of(builder, selected, Row("", Model))
    sql = f"SELECT {builder.speech.bytes(f'({expression})')}"
    return Statement(builder.with_views(sql), tuple(builder.parameters))


@dataclass(frozen=True, slots=True)
class Rows:
    """Where rows come from: what follows FROM, for an alias, and how many parameters of its own it begins with."""

    source: Callable[[Builder, str], str]
    parameters: int


def compile_rows(selection: Selection, builder: Builder, rows: Rows) -> Statement:
    """A statement that returns the JSON of each of these rows; their own `$n` come first."""
    assert selection.model is not None
    builder.parameters.extend(getter(None) for _ in range(rows.parameters))
    alias = builder.alias()
    body = object_of(builder, selection, Row(alias, selection.model))
    sql = f"SELECT {builder.speech.bytes(f'({body})')} FROM {rows.source(builder, alias)}"
    return Statement(builder.with_views(sql), tuple(builder.parameters))
