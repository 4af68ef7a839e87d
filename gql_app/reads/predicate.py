"""A criterion as Python, over one record: what SQL says of rows, said of a state that is in no table.

A record has the row's columns by name, JSON decoded, and by the name of each table beneath it a list of such records:
a customer has "loyalty_campaign", "customer_segment" and "order", an order has "order_item".
"""

from collections.abc import Callable, Mapping
from operator import ge, gt, le, lt
from typing import Any

from gql_app.database.letters import folded
from gql_app.database.members import at_path, of_type
from gql_app.reads.criteria import All, Compared, Criterion, Exists, Inside, Not, Some, Stored
from gql_app.reads.filter_values import beyond, path_steps, reading
from gql_app.reads.values import Variables, getter

Record = Mapping[str, Any]
Predicate = Callable[[Record], bool]

OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda value, wanted: bool(value == wanted),
    "in": lambda value, wanted: value in wanted,
    "gt": gt,
    "gte": ge,
    "lt": lt,
    "lte": le,
    "contains": lambda value, wanted: wanted in value,
}


def predicate(criterion: Criterion, variables: Variables) -> Predicate:
    """Whether the criterion holds for a record, its slots filled; raises BadArgument where a value cannot be used."""
    return SPEAKERS[type(criterion)](criterion, variables)


def _all(criterion: All, variables: Variables) -> Predicate:
    parts = [predicate(part, variables) for part in criterion.parts]
    return lambda record: all(part(record) for part in parts)


def _some(criterion: Some, variables: Variables) -> Predicate:
    parts = [predicate(part, variables) for part in criterion.parts]
    return lambda record: any(part(record) for part in parts)


def _not(criterion: Not, variables: Variables) -> Predicate:
    part = predicate(criterion.part, variables)
    return lambda record: not part(record)


def _exists(criterion: Exists, variables: Variables) -> Predicate:
    inner, table = predicate(criterion.criterion, variables), criterion.table
    return lambda record: any(inner(one) for one in record[table])


def _compared(criterion: Compared, variables: Variables) -> Predicate:
    find = _finding(criterion.operand, variables)
    if criterion.operator == "present":
        return lambda record: find(record) is not None
    said = getter(criterion.value)(variables)
    wanted, fold = reading(criterion)(said), folded if criterion.folded else None
    holds = _starting(wanted, criterion.folded) if criterion.operator == "startsWith" else OPERATORS[criterion.operator]

    def test(record: Record) -> bool:
        value = find(record)
        if value is None or wanted is None:
            return False
        return holds(fold(value) if fold else value, wanted)

    return test


def _starting(prefix: str | None, is_folded: bool) -> Callable[[Any, Any], bool]:
    if is_folded or prefix is None:
        return lambda value, wanted: bool(value.startswith(wanted))
    highest = beyond(prefix)
    return lambda value, wanted: bool(wanted <= value < highest)


def _finding(operand: Stored | Inside, variables: Variables) -> Callable[[Record], Any]:
    name = operand.name
    if isinstance(operand, Stored):
        return lambda record: record[name]
    steps, json_type = path_steps(getter(operand.path)(variables)), operand.json_type
    if steps is None:
        return lambda record: None
    return lambda record: of_type(at_path(record[name], steps), json_type)


Speaker = Callable[[Any, Variables], Predicate]

SPEAKERS: dict[type[Criterion], Speaker] = {
    All: _all,
    Some: _some,
    Not: _not,
    Exists: _exists,
    Compared: _compared,
}
