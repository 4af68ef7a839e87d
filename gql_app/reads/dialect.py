"""How each database spells a value as JSON text. Every expression here is text and never NULL.

Text is concatenated rather than built with JSON functions: on PostgreSQL that costs a quarter less, it has no limit on
the number of fields, and it keeps the order of the question.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from models.base import Model
from models.columns import Flag, Id, Json, Long, Text

PARAMETER = re.compile(r"\$\d+::(\w+(?:\[\])?)")
"""A parameter with its type, as statements for PostgreSQL write it."""


@dataclass(frozen=True)
class Postgres:
    """PostgreSQL 13 and later."""

    name = "postgres"

    here = ""
    """What a table's name begins with where a view of this name is being made: here it does not yet hide the table."""

    fault = "chr(1)"
    last_letter = "chr(1114111)"
    fence = " OFFSET 0"
    """Keeps the planner from looking into a sub-query."""

    nesting = 1_000_000
    """How many objects may stand within one another before the text must be cut."""

    def identifier(self, expression: str, can_be_null: bool) -> str:
        """Text that needs no escape."""
        quoted = f"'\"'||{expression}||'\"'"
        return f"coalesce({quoted},'null')" if can_be_null else quoted

    def text(self, expression: str) -> str:
        return f"coalesce(to_json({expression})::text,'null')"

    def number(self, expression: str) -> str:
        return f"coalesce(({expression})::text,'null')"

    def flag(self, expression: str) -> str:
        return f"coalesce(({expression})::text,'null')"

    def json(self, expression: str) -> str:
        return f"coalesce(({expression})::text,'null')"

    def sound(self, expression: str, column: str) -> str:
        """The expression, where the column holds JSON."""
        return expression

    def amount(self, expression: str, column: str) -> str:
        """The expression, where the column holds an integer; null where it holds nothing."""
        return f"CASE WHEN {column} IS NULL THEN 'null' ELSE {expression} END"

    def gather(self, item: str, where: str = "") -> str:
        """A JSON array of `item` over ordered rows: they are read one by one, readers run no parallel plans."""
        kept = f" FILTER (WHERE {where})" if where else ""
        return f"'['||coalesce(string_agg({item},','){kept},'')||']'"

    def hex(self, expression: str) -> str:
        return f"encode(convert_to({expression},'UTF8'),'hex')"

    def least(self, *expressions: str) -> str:
        return f"least({','.join(expressions)})"

    def only_if(self, guard: str, limit: int) -> tuple[str, str]:
        """What is added to WHERE and as LIMIT, so that no row is looked at unless the guard is true."""
        return f" AND {guard}", f"LIMIT {limit}"

    def by_id(self, view: str, rows: str, key: str) -> tuple[str, str]:
        """The rows whose key is an id of the view, as FROM and WHERE. The ids are listed first, so that the planner
        cannot read the whole table for them.
        """
        return rows, f"{key} = ANY(ARRAY(SELECT id FROM {view}))"

    def for_any_parameters(self, sql: str) -> str:
        """The statement with values that the planner does not see, so that it plans once and not for each request."""
        return PARAMETER.sub(r"((SELECT \g<0>)::\1)", sql)

    def parameter(self, number: int, value_type: str) -> str:
        return f"${number}::{value_type}"

    def elements(self, number: int) -> str:
        """A list parameter as a sub-query, for `IN`."""
        return f"(SELECT unnest(${number}::text[]))"

    def numbered_elements(self, number: int) -> str:
        """A list parameter as rows of `value` and `place`."""
        return f"unnest(${number}::text[]) WITH ORDINALITY AS asked(value, place)"

    def entries(self, column: str) -> str:
        """The members of a JSON object as rows of `key` and `value`."""
        return f"jsonb_each(CASE jsonb_typeof({column}) WHEN 'object' THEN {column} END) AS entry(key, value)"

    def entry_value(self) -> str:
        return "entry.value::text"

    def list_items(self, column: str) -> str:
        """The elements of a JSON array as rows of `value` and `place`."""
        return f"jsonb_array_elements({column}) WITH ORDINALITY AS item(value, place)"

    def member(self, expression: str, name: str) -> str:
        return f"coalesce(({expression}->'{name}')::text,'null')"

    def decimal(self, expression: str) -> str:
        return f"round({expression}/100.0,2)::text"

    def bytes(self, expression: str) -> str:
        return expression

    def as_list(self, values: Sequence[str | None]) -> Any:
        return list(values)

    key_order = 'entry.key COLLATE "C"'


@dataclass(frozen=True)
class Sqlite:
    """SQLite 3.38 and later. Its columns hold whatever was written, so each value is looked at."""

    name = "sqlite"

    here = "main."
    fault = "char(1)"
    last_letter = "char(1114111)"
    fence = ""
    nesting = 3  # before 3.46 the parser's stack has 100 places, and each object takes a dozen or two

    def identifier(self, expression: str, can_be_null: bool) -> str:
        return self.text(expression)

    def text(self, expression: str) -> str:
        return f"CASE typeof({expression}) WHEN 'blob' THEN {self.fault} ELSE json_quote({expression}) END"

    def number(self, expression: str) -> str:
        quoted = f"json_quote({expression})"
        return self.amount(quoted, expression)

    def flag(self, expression: str) -> str:
        absent = f"CASE WHEN {expression} IS NULL THEN 'null' ELSE {self.fault} END"
        return f"CASE {expression} WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE {absent} END"

    def json(self, expression: str) -> str:
        return self.sound(f"coalesce(json({expression}),'null')", expression)

    def sound(self, expression: str, column: str) -> str:
        return f"CASE WHEN {column} IS NULL OR json_valid({column}) THEN {expression} ELSE {self.fault} END"

    def amount(self, expression: str, column: str) -> str:
        otherwise = f"WHEN 'null' THEN 'null' ELSE {self.fault}"
        return f"CASE typeof({column}) WHEN 'integer' THEN {expression} {otherwise} END"

    def gather(self, item: str, where: str = "") -> str:
        """A JSON array of `item` over ordered rows; SQLite 3.40 cannot sort within an aggregate."""
        kept = f" FILTER (WHERE {where})" if where else ""
        return f"'['||coalesce(group_concat({item},','){kept},'')||']'"

    def hex(self, expression: str) -> str:
        return f"lower(hex({expression}))"

    def least(self, *expressions: str) -> str:
        return f"min({','.join(expressions)})"

    def only_if(self, guard: str, limit: int) -> tuple[str, str]:
        """SQLite would look at each row and then at the guard; a limit is looked at first, but knows no outer rows."""
        return "", f"LIMIT CASE WHEN {guard} THEN {limit} ELSE 0 END"

    def by_id(self, view: str, rows: str, key: str) -> tuple[str, str]:
        """The rows whose key is an id of the view, as FROM and WHERE, in this order."""
        return f"{view} f CROSS JOIN {rows}", f"{key}=f.id"

    def for_any_parameters(self, sql: str) -> str:
        """The statement as it is: plans do not depend on parameters."""
        return sql

    def parameter(self, number: int, value_type: str) -> str:
        return f"${number}"

    def elements(self, number: int) -> str:
        return f"(SELECT value FROM json_each(${number}))"

    def numbered_elements(self, number: int) -> str:
        return f"(SELECT value, key AS place FROM json_each(${number})) AS asked"

    def entries(self, column: str) -> str:
        return f"json_each(CASE json_type({column}) WHEN 'object' THEN {column} ELSE '{{}}' END) AS entry"

    def entry_value(self) -> str:
        return (
            "CASE entry.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' WHEN 'null' THEN 'null'"
            " WHEN 'object' THEN entry.value WHEN 'array' THEN entry.value ELSE json_quote(entry.value) END"
        )

    def list_items(self, column: str) -> str:
        return f"(SELECT value, key AS place FROM json_each({column})) AS item"

    def member(self, expression: str, name: str) -> str:
        return f"coalesce({expression}->'$.{name}','null')"

    def decimal(self, expression: str) -> str:
        return (
            f"CASE WHEN {expression}<0 THEN '-' ELSE '' END||(abs({expression})/100)||"
            f"printf('.%02d',abs({expression})%100)"
        )

    def bytes(self, expression: str) -> str:
        return f"CAST({expression} AS BLOB)"

    def as_list(self, values: Sequence[str | None]) -> Any:
        import json

        return json.dumps(list(values))

    key_order = "entry.key"


Speech = Postgres | Sqlite

SPEECH: dict[str, Speech] = {"postgres": Postgres(), "sqlite": Sqlite()}


def column(speech: Speech, alias: str, model: type[Model], name: str) -> str:
    """A stored column as JSON text."""
    kind = model._meta.fields_map[name]
    place = f'{alias}."{name}"'
    if isinstance(kind, Id):
        return speech.identifier(place, kind.null)
    if isinstance(kind, Text):
        return speech.text(place)
    if isinstance(kind, Json):
        return speech.json(place)
    if isinstance(kind, Flag):
        return speech.flag(place)
    assert isinstance(kind, Long), f"{model.__name__}.{name} is of a kind that reads do not know"
    return speech.number(place)
