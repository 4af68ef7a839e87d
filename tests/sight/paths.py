"""A question for every field of every type there is, as the schema has them."""

import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    is_required_argument,
)

AFTER = "@after@"
"""Stands for a cursor of whoever asks."""

GIVEN: dict[str, Any] = {
    "by": {"id": "cust_odd00"},
    "id": "cust_odd00",
    "ids": ["cust_odd00", "cust_odd02", "ord_odd03", "r_odd5", "camp_odd"],
    "name": "Odd club",
    "key": "k",
    "first": 30,
    "after": AFTER,
}
OF_ROOTS = {
    "order": {"id": "ord_odd03"},
    "campaign": {"id": "camp_odd"},
    "customerChanges": {"after": AFTER, "first": 500},
}
"""What some root fields are given."""


@dataclass(frozen=True)
class Step:
    """A field of an object type, and how it is asked for."""

    kind: str
    name: str
    text: str
    elements: tuple[str, ...] = ()

    @property
    def lone(self) -> str:
        """The field without any beneath it."""
        return f"... on {self.kind} {{ {self.text} }}"


@dataclass(frozen=True)
class Way:
    """From Query down to a field: the steps, and where one must be told which type is meant."""

    steps: tuple[Step, ...]

    @property
    def path(self) -> list[str]:
        """Where the answer has it; `@` is every element of a list."""
        return [key for step in self.steps for key in (step.name, *step.elements)]

    def query(self, beneath: str) -> str:
        """The document, with this beneath the last step."""
        text = beneath
        for step in reversed(self.steps):
            text = f"... on {step.kind} {{ {step.text} {{ __typename {text} }} }}" if text else step.lone
        return f"{{ {text} }}"


def ways(schema: GraphQLSchema) -> dict[str, Way]:
    """The shortest way to an object of each type that a query can reach; through interfaces only where no other is."""
    found: dict[str, Way] = {"Query": Way(())}
    waiting, later = deque(["Query"]), deque[tuple[str, str]]()
    while waiting or later:
        if not waiting:
            _reach(schema, found, waiting, *later.popleft())
            continue
        kind: Any = schema.type_map[waiting.popleft()]
        for name, field in kind.fields.items():
            if is_abstract_type(get_named_type(field.type)):
                later.append((kind.name, name))
            else:
                _reach(schema, found, waiting, kind.name, name)
    return found


def _reach(schema: GraphQLSchema, found: dict[str, Way], waiting: deque[str], kind: str, name: str) -> None:
    for reached in possible(schema, fields(schema, kind)[name]):
        if reached not in found:
            found[reached] = Way((*found[kind].steps, step(schema, kind, name)))
            waiting.append(reached)


def fields(schema: GraphQLSchema, kind: str) -> dict[str, GraphQLField]:
    """The fields of an object type."""
    known: Any = schema.type_map[kind]
    every: dict[str, GraphQLField] = known.fields
    return every


def step(schema: GraphQLSchema, kind: str, name: str) -> Step:
    """The field, asked for."""
    field = fields(schema, kind)[name]
    return Step(kind, name, asked(kind, name, field), tuple("@" for _ in range(str(field.type).count("["))))


def questions(schema: GraphQLSchema) -> Iterator[tuple[Way, str]]:
    """A way to each field of each type, and the document that asks for it with all the leaves it has."""
    for kind, way in ways(schema).items():
        for name, field in fields(schema, kind).items():
            whole = Way((*way.steps, step(schema, kind, name)))
            yield whole, whole.query(leaves(schema, field))


def possible(schema: GraphQLSchema, field: GraphQLField) -> list[str]:
    """The object types that a field may return."""
    kind = get_named_type(field.type)
    if not is_composite_type(kind):
        return []
    return [one.name for one in schema.get_possible_types(kind)] if is_abstract_type(kind) else [kind.name]


def leaves(schema: GraphQLSchema, field: GraphQLField) -> str:
    """Everything without fields of its own that what a field returns has, and of an interface the type's name."""
    kind: Any = get_named_type(field.type)
    if not is_composite_type(kind) or is_abstract_type(kind):
        return "__typename" if is_composite_type(kind) else ""
    plain = ((name, one) for name, one in kind.fields.items() if not is_composite_type(get_named_type(one.type)))
    return " ".join(["__typename", *(asked(kind.name, name, one) for name, one in plain)])


def asked(kind: str, name: str, field: GraphQLField, varying: str = "") -> str:
    """A field with the arguments it needs, and the size of its page; one of them perhaps as `$it`."""
    given = OF_ROOTS.get(name, {}) if kind == "Query" else {}
    for one, said in field.args.items():
        if is_required_argument(said) or one == "first":
            given = {one: GIVEN[one]} | given
    written = {one: _literal(value) for one, value in given.items()} | ({varying: "$it"} if varying else {})
    if (kind, name, varying) == ("Query", "campaign", "name"):
        del written["id"]
    text = ", ".join(f"{one}: {value}" for one, value in written.items())
    return f"{name}({text})" if text else name


def _literal(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_literal(one)}" for name, one in value.items()) + "}"
    return json.dumps(value)
