"""A selection as a viewer may see it: what they may not is null, and said to be refused.

Decided when a question is planned, so that the statement does not even name it. A field that must not be null makes
null what it is part of, as the GraphQL specification says (6.4.4); lists stand for all their elements.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from graphql import GraphQLField, GraphQLObjectType, get_named_type, is_abstract_type, is_list_type, is_non_null_type

from gql_app.reads.compared import compared
from gql_app.reads.declare import Entries, Hidden
from gql_app.reads.plan import STRAWBERRY, Selected, Selection
from gql_app.reads.rules import Rules
from gql_app.reads.scopes import SCHEMA
from gql_app.reads.seen_paths import seen_paths

ANY = "@"
"""In an error's path, every element of a list."""

SCHEMA_FIELDS = {"__schema": True, "__type": False}
"""Fields of introspection, and whether they must not be null."""

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Where the answer has null because the viewer lacks scopes; `argument` where it is what they must not give."""

    path: Path
    field: str
    scopes: tuple[str, ...]
    argument: str | None = None
    at: tuple[int, int] | None = None
    """Line and column in the document, from 1."""


class Restriction:
    """Makes one plan of what is asked, for viewers with these scopes; `refusals` has what they must be told."""

    def __init__(self, rules: Rules, scopes: frozenset[str]) -> None:
        self._rules = rules
        self._scopes = scopes
        self.refusals: list[Refusal] = []

    def selection(self, kind: GraphQLObjectType, selection: Selection, path: Path = ()) -> Selection | None:
        """What is left of the fields of an object; None where the object is null."""
        seen = [self.field(kind, selected, path) for selected in selection.fields]
        fields = tuple(one for one in seen if one is not None)
        return replace(selection, fields=fields) if len(fields) == len(seen) else None

    def field(self, kind: GraphQLObjectType, selected: Selected, path: Path = ()) -> Selected | None:
        """What is left of a field, perhaps `Hidden`; None where it must not be null, and yet is."""
        path = (*path, selected.key)
        if selected.name.startswith("__"):
            return self._of_schema(selected, path)
        name, definition = self._named(kind, selected.name)
        seen = None
        if self._may(f"{kind.name}.{name}", definition, selected, path):
            seen = self._beneath(definition.type, selected, path)
        if seen is not None or is_non_null_type(definition.type):
            return seen
        return hidden(selected)

    def _of_schema(self, selected: Selected, path: Path) -> Selected | None:
        if selected.name not in SCHEMA_FIELDS or SCHEMA in self._scopes:
            return selected
        self._refuse(Refusal(path, selected.name, (SCHEMA,), at=selected.at))
        return None if SCHEMA_FIELDS[selected.name] else hidden(selected)

    def _named(self, kind: GraphQLObjectType, name: str) -> tuple[str, GraphQLField]:
        fields: Iterable[tuple[str, GraphQLField]] = kind.fields.items()
        return next(one for one in fields if one[1].extensions[STRAWBERRY].python_name == name)

    def _may(self, name: str, definition: GraphQLField, selected: Selected, path: Path) -> bool:
        needs = self._rules.of_field(definition)
        if not needs.met_by(self._scopes):
            return self._refuse(Refusal(path, name, needs.missing(self._scopes), at=selected.at))
        refused = dict(self._refused(definition, selected))
        for argument, lacking in refused.items():
            self._refuse(Refusal(path, name, lacking, argument, selected.at))
        return not refused

    def _refused(self, definition: GraphQLField, selected: Selected) -> Iterator[tuple[str, tuple[str, ...]]]:
        for argument, needs in compared(self._rules, definition, selected):
            if not needs.met_by(self._scopes):
                yield argument, needs.missing(self._scopes)

    def _beneath(self, kind: Any, selected: Selected, path: Path) -> Selected | None:
        named, path = get_named_type(kind), (*path, *_elements(kind))
        if isinstance(selected.kind, Entries):
            selected = replace(selected, kind=seen_paths(self._rules, self._scopes, selected.kind))
        if is_abstract_type(named):
            return self._several(kind, selected, path)
        seen = [self.selection(named, one, path) for one in selected.beneath]
        return None if None in seen else replace(selected, beneath=tuple(filter(None, seen)))

    def _several(self, kind: Any, selected: Selected, path: Path) -> Selected | None:
        """A row of a type that may not be seen is not found. So is one that is null, where an element may be."""
        seen = [one for selection in selected.beneath if (one := self._possible(selection, get_named_type(kind), path))]
        if len(seen) < len(selected.beneath) and _has_no_nulls(kind):
            return None
        return replace(selected, beneath=tuple(seen))

    def _possible(self, selection: Selection, interface: Any, path: Path) -> Selection | None:
        kind: Any = self._rules.schema.type_map[selection.type_name]
        needs = self._rules.of_type(kind)
        if needs.met_by(self._scopes):
            return self.selection(kind, selection, path)
        own = next((one for one in selection.fields if _is_own(interface, one)), None)
        if own is not None:
            self._refuse(Refusal(path, kind.name, needs.missing(self._scopes), at=own.at))
        return None

    def _refuse(self, refusal: Refusal) -> bool:
        if refusal not in self.refusals:
            self.refusals.append(refusal)
        return False


def hidden(selected: Selected) -> Selected:
    """The field as null."""
    return Selected(selected.key, selected.name, Hidden(), {})


def _elements(kind: Any) -> Path:
    """A step for each list that a type is, within one another."""
    kind = kind.of_type if is_non_null_type(kind) else kind
    return (ANY, *_elements(kind.of_type)) if is_list_type(kind) else ()


def _has_no_nulls(kind: Any) -> bool:
    """Whether what the type is, or the elements of the list that it is, must not be null."""
    if is_non_null_type(kind):
        return not is_list_type(kind.of_type) or _has_no_nulls(kind.of_type)
    return is_list_type(kind) and _has_no_nulls(kind.of_type)


def _is_own(interface: Any, selected: Selected) -> bool:
    """Whether only this type has the field, so that whoever asked for it meant this type."""
    shared = {field.extensions[STRAWBERRY].python_name for field in interface.fields.values()}
    return selected.name not in shared and not selected.name.startswith("__")
