"""What each type, field and column needs to be seen: told once, where it is declared; whatever compares a column
needs what the fields that show it need.
"""

from collections.abc import Iterator
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_object_type,
)

from gql_app.errors import MirrorError
from gql_app.reads.declare import KIND, Column, Embedded, Entries, Money
from gql_app.reads.plan import STRAWBERRY
from gql_app.reads.scopes import EVERYTHING, NOTHING, RAW, Needs, needs_of
from models.base import Model

ROWS = "__rows__"

UNKNOWN = "unknown_fields"
"""What this version does not model may be anything, in whatever row: it is as raw as the event was."""

RAW_NEEDS = needs_of([RAW]) or EVERYTHING


class Unruled(MirrorError):
    """Something can be asked for that says nowhere which scopes it needs."""


class Rules:
    """Those of one schema; raises Unruled where rows could be seen by anybody because nothing was said of them."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema
        self._types = {kind.name: _declared(kind) for kind in _objects(schema)}
        self._columns: dict[tuple[type[Model], str], Needs] = {}
        self._rows: dict[type[Model], Needs] = {}
        self._check()
        for kind in _objects(schema):
            if (model := rows_of(kind)) is not None:
                needs = self.of_type(kind)
                self._rows[model] = self._rows.get(model, needs) | needs
                self._take(kind, model, "", needs)

    def of_type(self, kind: GraphQLObjectType) -> Needs:
        """What an object of this type needs, beyond what it is part of."""
        return self._types[kind.name] or NOTHING

    def of_field(self, field: GraphQLField) -> Needs:
        """What a field needs, beyond the object it is of; what may be of several types needs what one of them does."""
        own = needs_of(field.extensions[STRAWBERRY].directives) or NOTHING
        return own & self._returned(get_named_type(field.type))

    def of_column(self, model: type[Model], column: str) -> Needs:
        """What comparing or sorting by a column needs: what showing it does, or a row where no field shows it."""
        shown = self._columns.get((model, column)) or self.of_rows(model)
        return shown & RAW_NEEDS if column == UNKNOWN else shown

    def of_rows(self, model: type[Model]) -> Needs:
        """What it needs to know whether there is such a row."""
        return self._rows.get(model, EVERYTHING)

    def _returned(self, kind: Any) -> Needs:
        if is_object_type(kind):
            return self.of_type(kind)
        if not is_abstract_type(kind):
            return NOTHING
        several = [self.of_type(one) for one in self.schema.get_possible_types(kind)]
        return Needs(frozenset().union(*(one.alternatives for one in several)))

    def _check(self) -> None:
        silent = [kind.name for kind in _objects(self.schema) if rows_of(kind) and self._types[kind.name] is None]
        for root in filter(None, (self.schema.query_type, self.schema.subscription_type)):
            silent += [f"{root.name}.{name}" for name, field in root.fields.items() if not self._is_ruled(field)]
        if silent:
            raise Unruled(f"Say which scopes these need, with `needs` where they are declared: {', '.join(silent)}.")

    def _is_ruled(self, field: GraphQLField) -> bool:
        kind = get_named_type(field.type)
        possible = self.schema.get_possible_types(kind) if is_abstract_type(kind) else [kind]
        return bool(field.extensions[STRAWBERRY].directives) or all(self._types.get(one.name) for one in possible)

    def _take(self, kind: GraphQLObjectType, model: type[Model], prefix: str, needs: Needs) -> None:
        """The columns that the fields of a type show, with what they need."""
        for field in kind.fields.values():
            declared, named = field.extensions[STRAWBERRY], get_named_type(field.type)
            source, inner = declared.metadata.get(KIND, Column()), needs & self.of_field(field)
            own = f"{prefix}{declared.python_name}"
            if isinstance(source, Embedded):
                self._take(named, model, f"{own}_" if source.prefix is None else source.prefix, inner)
            elif isinstance(source, Column | Money | Entries) and (source.name or own) in model._meta.fields_map:
                key = model, source.name or own
                self._columns[key] = self._columns.get(key, inner) | inner


def rows_of(kind: GraphQLObjectType) -> type[Model] | None:
    """The model whose rows a type shows."""
    declared = kind.extensions.get(STRAWBERRY)
    return getattr(declared.origin, ROWS, None) if declared else None


def _objects(schema: GraphQLSchema) -> Iterator[GraphQLObjectType]:
    yield from (kind for kind in schema.type_map.values() if is_object_type(kind))


def _declared(kind: GraphQLObjectType) -> Needs | None:
    declared = kind.extensions.get(STRAWBERRY)
    return needs_of(declared.directives) if declared else None
