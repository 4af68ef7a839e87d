"""What a field's arguments compare, sort or group by, and so what giving them needs.

Whoever may not see a value may not look for it, either: which rows are found would tell it.
"""

import re
from collections.abc import Iterator
from typing import Any

from graphql import GraphQLField, get_named_type

from gql_app.reads.declare import Beside, Document, Groups, Many, One, Own, Page, Truncated
from gql_app.reads.filter_argument import is_filter, source_in
from gql_app.reads.filterable import FILTERS, Beneath, Joined
from gql_app.reads.plan import STRAWBERRY, Selected
from gql_app.reads.rules import Rules
from gql_app.reads.scopes import EVERYTHING, Needs
from models.base import Model

COLUMN = re.compile(r"\{inner\}\.(\w+)")
ARGUMENT = re.compile(r"\{(?!(?:inner|outer|row|scope)\})(\w+)\}")

Given = Iterator[tuple[str, Needs]]
"""Arguments as a client would name them, and what each needs."""


def compared(rules: Rules, definition: GraphQLField, selected: Selected) -> Given:
    """Everything that the arguments given compare."""
    yield from _filters(rules, definition, selected)
    kind = selected.kind
    if isinstance(kind, Groups):
        yield from _conditions(rules, kind, kind.model, selected)
        yield from _groups(rules, kind, selected.arguments.get(kind.by) or [])
    elif isinstance(kind, One | Many | Page):
        model = selected.beneath[0].model
        assert model is not None
        yield from _conditions(rules, kind, model, selected)
        if isinstance(kind, Page):
            yield from _page(rules, kind, model, selected)


def _filters(rules: Rules, definition: GraphQLField, selected: Selected) -> Given:
    for name, declared in definition.args.items():
        kind, value = get_named_type(declared.type), selected.arguments.get(name)
        if is_filter(kind) and value is not None:
            yield from _filter(rules, kind, value, name)


def _filter(rules: Rules, kind: Any, value: dict[str, Any], path: str) -> Given:
    model = getattr(kind.extensions[STRAWBERRY].origin, FILTERS)
    for name, field in kind.fields.items():
        if (said := value.get(name)) is not None:
            yield from _given(rules, model, field, said, f"{path}.{name}")


def _given(rules: Rules, model: type[Model], field: Any, said: Any, path: str) -> Given:
    source, kind = source_in(field), get_named_type(field.type)
    if isinstance(source, Joined):
        for part in said if isinstance(said, list) else [said]:
            yield from _filter(rules, kind, part, path)
    elif isinstance(source, Beneath):
        rows = rules.of_rows(source.model)
        yield path, rows & rules.of_column(source.model, source.value) if source.value else rows
        if source.value is None:
            yield from _filter(rules, kind, said, path)
    else:
        yield path, rules.of_column(model, str(source.name))


def _conditions(rules: Rules, kind: One | Many | Page | Groups, model: type[Model], selected: Selected) -> Given:
    if kind.where:
        for name in ARGUMENT.findall(kind.where):
            yield name, _columns(rules, model, kind.where)
    for name, template in kind.when.items():
        if selected.arguments.get(name) is not None:
            yield name.replace("_", "."), _columns(rules, model, template)


def _columns(rules: Rules, model: type[Model], template: str) -> Needs:
    needs = rules.of_rows(model)
    for column in COLUMN.findall(template):
        needs &= rules.of_column(model, column)
    return needs


def _page(rules: Rules, kind: Page, model: type[Model], selected: Selected) -> Given:
    asked = selected.arguments.get(kind.order_by)
    for sort in [asked] if isinstance(asked, dict) else asked or []:
        yield f"{kind.order_by}.{sort['field'].name}", rules.of_column(model, sort["field"].value)
    if kind.words and selected.arguments.get(kind.words.argument) is not None:
        for column in kind.words.made_of:
            yield kind.words.argument, rules.of_column(model, column)


def _groups(rules: Rules, kind: Groups, asked: list[dict[str, Any]]) -> Given:
    for one in asked:
        for member, value in one.items():
            if value is not None:
                by = kind.members.get(member) or getattr(value, "value", None)
                yield f"{kind.by}.{member}", _grouped(rules, kind.model, by)


def _grouped(rules: Rules, model: type[Model], by: Any) -> Needs:
    if isinstance(by, Own | Truncated | Document):
        return rules.of_column(model, by.column)
    return rules.of_column(by.model, by.column) if isinstance(by, Beside) else EVERYTHING
