"""Where a list's rows come from, before anybody asks for a page of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gql_app.reads.builder import Builder, Row
from gql_app.reads.declare import Page
from gql_app.reads.dialect import Speech
from gql_app.reads.plan import Selected
from gql_app.reads.search import Search, open_search


@dataclass(frozen=True, slots=True)
class Branch:
    """Some of the rows. Scattered ones are few and come in no order, so no index is to be read along."""

    rows: str
    conditions: Sequence[str]
    is_scattered: bool = False
    guard: str = ""
    """What must be true for any row to be one of them, whichever it is."""


@dataclass(frozen=True, slots=True)
class Source:
    """All rows of a list, parted into branches that have none in common; `counted` has one row for each of them.

    `apart` puts a query that depends on no row before the statement, and returns its name.
    """

    table: str
    inner: str
    speech: Speech
    branches: Sequence[Branch]
    counted: str
    apart: Callable[[str], str]


def source_of(builder: Builder, selected: Selected, row: Row, kind: Page, inner: Row) -> Source:
    """The rows that the declaration and the arguments leave."""
    table, alias = inner.model._meta.db_table, inner.alias
    rows, base = f'"{table}" {alias}', builder.conditions(kind, selected, alias, row.alias)
    text = selected.arguments.get(kind.words.argument) if kind.words else None
    if kind.words is None or text is None:
        counted = f"SELECT 1 FROM {rows}{where(base)}"
        return Source(table, alias, builder.speech, [Branch(rows, base)], counted, builder.apart)
    search, key = open_search(builder, kind.words, text), f"{alias}.{kind.key}"
    counted = search.counted(builder.speech, rows, key, "".join(f" AND {one}" for one in base))
    branches = _searched(search, builder.speech, rows, key, base)
    return Source(table, alias, builder.speech, branches, counted, builder.apart)


def _searched(search: Search, speech: Speech, rows: str, key: str, base: list[str]) -> list[Branch]:
    found, is_found = speech.by_id(search.found, rows, key)
    few = Branch(found, [is_found, *base], is_scattered=True)
    return [few, Branch(rows, [*base, search.all_lead_to(key)], guard=search.is_wide)]


def where(conditions: Sequence[str]) -> str:
    """A WHERE clause, where there are conditions."""
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""
