"""A mirror in which every text says which table and column it stands in, and whose it is."""

import re
from collections.abc import Iterator

import models
from gql_app.database import Database
from gql_app.mirror.places import every_place
from models.base import Beneath, Model
from models.columns import Id, Json, Text

CANARY = re.compile(r"~(\w+)\.(\w+)~(\w+)")
NOBODY = "nobody"
KEPT = {
    *(("customer", "stamps"), ("customer", "source_id"), ("campaign", "name"), ("loyalty_campaign", "name")),
    *(("referral", "campaign_name"), ("redemption", "campaign_name"), ("order", "status")),
}
"""Texts by which rows find one another."""

Found = tuple[str, str, str]
"""Table, column, and whose."""


def found_in(payload: object) -> set[Found]:
    """Every mark in an answer."""
    return {(one[1], one[2], one[3]) for one in CANARY.finditer(str(payload))}


async def mark(database: Database) -> set[tuple[str, str]]:
    """Marks every text there is; returns the tables and columns that were marked."""
    marked: set[tuple[str, str]] = set()
    async with database.turn() as turn:
        for statement, column in _statements(database.dialect == "postgres"):
            await turn.execute(statement)
            marked.add(column)
    return marked


def _statements(is_postgres: bool) -> Iterator[tuple[str, tuple[str, str]]]:
    made = "jsonb_build_object" if is_postgres else "json_object"
    for model in _mirrored():
        table, owner = model._meta.db_table, _owner(model)
        for name, kind in model._meta.fields_map.items():
            if isinstance(kind, Json):
                yield _set(table, name, f"{made}('k', {_text(table, name, owner)})"), (table, name)
            elif isinstance(kind, Text) and not isinstance(kind, Id) and (table, name) not in KEPT and name != "stamps":
                yield _set(table, name, _text(table, name, owner)), (table, name)
    yield "UPDATE loyalty_campaign SET tier_id = (SELECT min(id) FROM loyalty_tier)", ("loyalty_tier", "name")
    yield from _told(is_postgres, made)


def _told(is_postgres: bool, made: str) -> Iterator[tuple[str, tuple[str, str]]]:
    said = f"{made}('event', {_text('inbox', 'body', 'customer_id')})"
    body = f"convert_to(({said})::text, 'UTF8')" if is_postgres else f"CAST({said} AS BLOB)"
    yield f"UPDATE inbox SET body = {body}, is_strict = true, verdict = 'applied'", ("inbox", "body")
    changes = "||','||".join(_change(made, *place) for place in every_place())
    listed = f"('['||{changes}||']')"
    yield f"UPDATE journal SET changes = {listed}{'::jsonb' if is_postgres else ''}", ("journal", "changes")


def _change(made: str, model: type[Model], column: str, begins: str, ends: str) -> str:
    value = _text(model._meta.db_table, column, "customer_id")
    path = f"{begins}some.id{ends}" if begins else ends
    return f"CAST({made}('path', '{path}', 'before', {value}, 'after', {value}) AS text)"


def _set(table: str, column: str, value: str) -> str:
    return f'UPDATE "{table}" SET "{column}" = {value}'


def _text(table: str, column: str, owner: str) -> str:
    return f"'~{table}.{column}~'||coalesce({owner}, '{NOBODY}')"


def _owner(model: type[Model]) -> str:
    if issubclass(model, Beneath):
        return "customer_id"
    return "id" if model is models.Customer else f"'{NOBODY}'"


def _mirrored() -> Iterator[type[Model]]:
    for name in models.__all__:
        model = getattr(models, name)
        if issubclass(model, models.base.Mirrored):
            yield model
