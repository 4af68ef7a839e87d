"""A criterion as SQL: a condition that is TRUE exactly where the criterion holds, elsewhere FALSE or NULL.

Columns stand bare, so that indexes serve them; only a complement (`IS NOT TRUE`) makes two values out of three.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gql_app.reads.criteria import All, Compared, Criterion, Exists, Inside, Not, Some
from gql_app.reads.filter_values import beyond, reading
from gql_app.reads.filter_words import WORDS
from gql_app.reads.values import storable

if TYPE_CHECKING:
    from gql_app.reads.builder import Builder

SIGNS = {"eq": "=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def filtered(builder: "Builder", criterion: Criterion, alias: str) -> str:
    """The condition on the row of this alias."""
    return SPEAKERS[type(criterion)](builder, criterion, alias)


def _all(builder: "Builder", criterion: All, alias: str) -> str:
    return _within_brackets(builder, criterion, alias, " AND ") or "TRUE"


def _some(builder: "Builder", criterion: Some, alias: str) -> str:
    return _within_brackets(builder, criterion, alias, " OR ") or "FALSE"


def _within_brackets(builder: "Builder", criterion: All | Some, alias: str, word: str) -> str:
    said = [filtered(builder, part, alias) for part in criterion.parts]
    return said[0] if len(said) == 1 else f"({word.join(said)})" if said else ""


def _not(builder: "Builder", criterion: Not, alias: str) -> str:
    part = criterion.part
    if isinstance(part, Exists):
        return f"NOT {filtered(builder, part, alias)}"
    if isinstance(part, Compared) and part.operator == "present":
        return f"{_operand(builder, part, alias)} IS NULL"
    return f"({filtered(builder, part, alias)}) IS NOT TRUE"


def _exists(builder: "Builder", criterion: Exists, alias: str) -> str:
    inner = builder.alias()
    condition = filtered(builder, criterion.criterion, inner)
    linked = f'{inner}."{criterion.column}" = {alias}.id'
    return f'EXISTS (SELECT 1 FROM "{criterion.table}" {inner} WHERE {linked} AND {condition})'


def _compared(builder: "Builder", criterion: Compared, alias: str) -> str:
    expression = _operand(builder, criterion, alias)
    if criterion.operator == "present":
        return f"{expression} IS NOT NULL"
    if criterion.operator == "startsWith" and not criterion.folded:
        return _between(builder, expression, criterion.value)
    words = WORDS[builder.speech.name]
    if criterion.operator == "in":
        read = reading(criterion)
        number = builder.place(criterion.value, lambda value: words.bound_list(read(value)))
        return words.among(expression, number, criterion.operand.type)
    value = words.value(builder, criterion)
    if criterion.operator in SIGNS:
        return f"{expression} {SIGNS[criterion.operator]} {value}"
    return f"{words.position(expression, value)} {'= 1' if criterion.operator == 'startsWith' else '> 0'}"


def _operand(builder: "Builder", criterion: Compared, alias: str) -> str:
    operand, words = criterion.operand, WORDS[builder.speech.name]
    expression = f'{alias}."{operand.name}"'
    if isinstance(operand, Inside):
        expression = words.inside(expression, builder.place(operand.path, words.bound_path), operand.json_type)
    return words.folded(builder, expression, criterion.value) if criterion.folded else expression


def _between(builder: "Builder", expression: str, prefix: Any) -> str:
    """A range, which an index in the order of code points can serve."""
    lowest = builder.parameter(prefix, "text", storable)
    highest = builder.parameter(prefix, "text", lambda value: storable(beyond(value)))
    return f"({expression} >= {lowest} AND {expression} < {highest})"


Speaker = Callable[["Builder", Any, str], str]

SPEAKERS: dict[type[Criterion], Speaker] = {
    All: _all,
    Some: _some,
    Not: _not,
    Exists: _exists,
    Compared: _compared,
}
