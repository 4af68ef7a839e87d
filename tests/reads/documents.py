"""Documents drawn from the schema itself: every shape a client may send, right and wrong."""

import json
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLNonNull,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_composite_type,
    is_enum_type,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
    is_required_argument,
    is_required_input_field,
)
from hypothesis import strategies as st

from tests.reads.filters import FilterWriter, Values

ELSEWHERE = ("customerChanges",)
"""Root fields that no statement answers: what they say is tried where streams are."""

LONG_NAME = "a" * 96
ODD_TEXT = ("", "nobody", 'qu"ote', "back\\slash", "new\nline", "\x00", "😀", "id:", "$.a", "true")
ODD_NUMBERS = (-1, 501, 1_000_001, 2**31 - 1)
NUMBERS = (2, 3, 1, 5, 0, 50, None)
ODD_PLACES = (
    *("no", "customer:", "customer:\0", "inbox:--5", "inbox:²", "order:x", "customer id desc:cust_odd00"),
    *(
        'customer name asc last,id asc:"x"',
        'customer name asc last,id asc:null,"x"',
        "customer name asc last,id asc:[]",
    ),
)
ODD_CURSORS = (
    "",
    "customer:cust_odd00",
    "zz",
    *(key.encode().hex() for key in ODD_PLACES),
)


@dataclass(frozen=True)
class Question:
    """A document and the variables that go with it."""

    query: str
    variables: dict[str, Any]
    head: str = ""
    """What comes before the selection."""


@dataclass(frozen=True)
class Pool:
    """Values that mean something to the rows there are."""

    ids: tuple[str, ...]
    names: tuple[str, ...]
    emails: tuple[str, ...]
    sources: tuple[str, ...]
    keys: tuple[str, ...]
    types: tuple[str, ...]
    words: tuple[str, ...]
    cursors: tuple[str, ...]

    def filtering(self) -> Values:
        """Values for filters."""
        by_type: dict[str, tuple[Any, ...]] = {
            "String": (
                *self.names,
                *self.emails,
                *self.sources,
                "odd",
                "ODD",
                "a",
                "e",
                "%",
                "\\",
                "",
                "'",
                "v",
                "dot",
            ),
            "ID": (*self.ids, "seg_odd", "seg_left", "ltr_unknown", "prod_1", "prod_2"),
            "Long": (0, 5, 10, 44, -1, 100, 2**53 - 1),
            "Float": (0, 5, 5.5, 0.1, 2**53 - 1, -1),
            "Boolean": (True, False),
            "DateTime": ("2024-01-05T00:00:00.001Z", "2024-02-01T11:42:59.594+01:00", "2024-02-01T10:42:59Z"),
            "Date": ("1974-01-02", "2000-01-01"),
        }
        return Values(
            by_type, ("number", "odd", "flag", "none", "when", r"a\.b", "list.1.0", "table.deep.deeper.0.k", "x")
        )

    def of(self, name: str) -> tuple[Any, ...]:
        """Values that are right for an argument of this name."""
        return {
            "first": NUMBERS,
            "last": NUMBERS,
            "cap": NUMBERS,
            "id": self.ids,
            "ids": self.ids,
            "name": self.names,
            "email": self.emails,
            "sourceId": self.sources,
            "key": self.keys,
            "keys": self.keys,
            "types": self.types,
            "search": self.words,
            "loyaltyCampaign": (True, True, True, False),
            "metadataPath": ("odd", "number", "table.deep", "list.1", "flag", "share", "none", "a\\.b", "missing"),
            "after": self.cursors,
            "before": self.cursors,
        }[name]


@dataclass
class Writer:
    """Writes one document as it draws: fragments and variables gather on the way."""

    schema: GraphQLSchema
    pool: Pool
    draw: Any
    makes_mistakes: bool
    definitions: list[str] = field(default_factory=list)
    given: dict[str, Any] = field(default_factory=dict)
    fragments: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    bodies: list[str] = field(default_factory=list)
    meaning: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)

    def chance(self, percent: int) -> bool:
        return bool(self.draw(st.integers(0, 99)) >= 100 - percent)

    def choose(self, options: Any) -> Any:
        return self.draw(st.sampled_from(options))

    # Selections

    def question(self, depth: int) -> Question:
        """A whole document."""
        body = self.selection(self.schema.query_type, depth, (1, 1, 2, 3))
        name = "Asked" if self.definitions else self.choose(("", "Asked"))
        head = f"query {name}" + (f"({', '.join(self.definitions)})" if self.definitions else "")
        return Question("\n".join([f"{head} {body}", *self.bodies]), self.given, head)

    def selection(self, kind: Any, depth: int, counts: tuple[int, ...] = (3, 2, 1, 4, 6)) -> str:
        """A selection set of a composite type."""
        parts = [self.part(kind, depth) for _ in range(self.choose(counts))]
        return "{ " + " ".join(parts) + " }"

    def part(self, kind: Any, depth: int) -> str:
        """A field, or a fragment around some."""
        if depth > 1 and self.chance(22):
            return self.named(kind, depth) if self.chance(35) else self.inline(kind, depth)
        return self.field(kind, depth)

    def field(self, kind: Any, depth: int) -> str:
        """A field under its own name or an alias; the same again merges with it."""
        if self.chance(8) or not self._fields(kind, depth):
            return self.keyed(kind, "__typename", "") + self.directives()
        name, definition = self.choose(self._fields(kind, depth))
        text = self.arguments(definition)
        beneath = get_named_type(definition.type)
        head = self.keyed(kind, name, text) + self.directives()
        return f"{head} {self.selection(beneath, depth - 1)}" if is_composite_type(beneath) else head

    def _fields(self, kind: Any, depth: int) -> list[tuple[str, Any]]:
        every = [pair for pair in kind.fields.items() if pair[0] not in ELSEWHERE]
        leaves = [pair for pair in every if not is_composite_type(get_named_type(pair[1].type))]
        deep = [pair for pair in every if pair not in leaves]
        return leaves if depth <= 1 else [*every, *deep, *deep]

    def keyed(self, kind: Any, name: str, text: str) -> str:
        """The field with a key under which nothing else is asked of this type."""
        others = [other for other in kind.fields if other != name]
        odd = f"_{len(self.meaning)}"
        wishes = [name, *([name] if not text else []), odd, self.choose((LONG_NAME + odd, *others, odd)), odd]
        key = wishes[self.draw(st.integers(0, 3))]
        if self.meaning.setdefault((kind.name, key), (name, text)) != (name, text):
            key = f"_{len(self.meaning)}"
            self.meaning[kind.name, key] = (name, text)
        return (name if key == name else f"{key}: {name}") + text

    def inline(self, kind: Any, depth: int) -> str:
        condition = self.condition(kind)
        head = f"... on {condition.name}" if condition is not kind or self.chance(50) else "..."
        return f"{head}{self.directives()} {self.selection(condition, depth, (2, 1, 3))}"

    def named(self, kind: Any, depth: int) -> str:
        """A named fragment, new or known."""
        condition = self.condition(kind)
        known = [name for name, needs in self.fragments.get(condition.name, []) if needs <= depth]
        if known and self.chance(50):
            return f"...{self.choose(known)}{self.directives()}"
        text = self.selection(condition, depth, (2, 1, 3))
        name = f"F{len(self.bodies)}"
        self.bodies.append(f"fragment {name} on {condition.name} {text}")
        self.fragments.setdefault(condition.name, []).append((name, depth))
        return f"...{name}{self.directives()}"

    def condition(self, kind: Any) -> Any:
        """A type that overlaps with this one."""
        if is_abstract_type(kind):
            return self.choose([kind, *self.schema.get_possible_types(kind)])
        return self.choose([kind, kind, *kind.interfaces])

    def directives(self) -> str:
        return "".join(f" @{name}(if: {self.switch()})" for name in ("skip", "include") if self.chance(6))

    def switch(self) -> str:
        if self.chance(50):
            return str(self.choose(("true", "false")))
        value = self.choose((True, False))
        if not self.makes_mistakes or self.chance(70):
            return self.variable("Boolean!", value)
        return self.defaulted("Boolean", "true", self.choose((value, None)))

    # Arguments

    def arguments(self, definition: Any) -> str:
        """The arguments of a field, as often right as wrong."""
        wanted = [name for name, one in definition.args.items() if is_required_argument(one) or self.chance(35)]
        if not self.makes_mistakes and "last" in wanted:
            wanted = [name for name in wanted if name != "first"]
        written = [f"{name}: {self.value(name, definition.args[name].type)}" for name in wanted]
        return f"({', '.join(written)})" if written else ""

    def value(self, name: str, kind: Any, can_vary: bool = True) -> str:
        """A literal, or a variable."""
        if name == "filter":
            return self.filter(kind)
        if can_vary and self.chance(45):
            return self.variable_for(name, kind)
        if is_input_object_type(get_nullable_type(kind)) and get_nullable_type(kind).is_one_of:
            return self.reference(get_nullable_type(kind))
        if is_list_type(get_nullable_type(kind)) and can_vary and self.chance(40):
            inner = get_nullable_type(kind).of_type
            return f"[{', '.join(self.value(name, inner) for _ in range(self.draw(st.integers(0, 3))))}]"
        return literal(self.plain(name, kind))

    def filter(self, kind: Any) -> str:
        values = self.pool.filtering()
        writer = FilterWriter(self.schema, values, self.draw, self.makes_mistakes, self.definitions, self.given)
        return "null" if self.chance(5) else writer.written(kind, writer.drawn(kind, depth=2))

    def reference(self, kind: Any) -> str:
        name = self.choose(list(kind.fields))
        value = self.plain(name, GraphQLNonNull(get_nullable_type(kind.fields[name].type)))
        if self.chance(50):
            return f"{{{name}: {self.variable(f'{kind.fields[name].type}!', value)}}}"
        return f"{{{name}: {literal(value)}}}"

    def variable_for(self, name: str, kind: Any) -> str:
        """A variable of the argument's type, of a stricter one, or of a laxer one with a default."""
        value, text = self.plain(name, kind), str(kind)
        if not is_non_null_type(kind) and value is not None and self.chance(30):
            return self.variable(f"{text}!", value)
        if not is_input_object_type(get_nullable_type(kind)) and self.chance(40):
            default = self.plain(name, kind)
            default = self.likely(name) if default is None and not isinstance(value, list) else default
            given = self.choose((value, Omitted, None) if self.makes_mistakes else (value, Omitted))
            if default is not None:
                return self.defaulted(text.removesuffix("!"), literal(default), given)
        if not is_non_null_type(kind) and self.chance(30):
            return self.variable(text, self.choose((None, Omitted)))
        return self.variable(text, value)

    def defaulted(self, text: str, default: str, given: Any) -> str:
        return self.variable(f"{text} = {default}", given)

    def variable(self, text: str, value: Any) -> str:
        name = f"v{len(self.definitions)}"
        self.definitions.append(f"${name}: {text}")
        if value is not Omitted:
            self.given[name] = value
        return f"${name}"

    def plain(self, name: str, kind: Any) -> Any:
        """A value for an argument, as JSON."""
        inner = get_nullable_type(kind)
        if is_enum_type(inner):
            names = [Name(one) for one in inner.values]
            return self.choose(names if is_non_null_type(kind) else [*names, None])
        if is_input_object_type(inner):
            return self.members(inner)
        if is_list_type(inner):
            return [self.plain(name, inner.of_type) for _ in range(self.draw(st.integers(0, 4)))]
        value = self.likely(name)
        return value if value is not None or not is_non_null_type(kind) else 1

    def members(self, kind: Any) -> dict[str, Any]:
        """An input object: one member of those that allow one, else all that are required and some others."""
        if kind.is_one_of:
            key = self.choose(list(kind.fields))
            return {key: self.plain(key, GraphQLNonNull(get_nullable_type(kind.fields[key].type)))}
        names = [name for name, one in kind.fields.items() if is_required_input_field(one) or self.chance(50)]
        return {name: self.plain(name, kind.fields[name].type) for name in names}

    def likely(self, name: str) -> Any:
        if not self.makes_mistakes or self.chance(70):
            return self.choose(self.pool.of(name))
        wrong = {
            "first": ODD_NUMBERS,
            "last": ODD_NUMBERS,
            "cap": ODD_NUMBERS,
            "after": ODD_CURSORS,
            "before": ODD_CURSORS,
        }
        return self.choose(wrong.get(name, ODD_TEXT))


class Name(str):
    """The name of an enum's value: JSON has it as text, GraphQL bare."""

    __slots__ = ()


class Omitted:
    """The value of a variable that is not sent."""


def literal(value: Any) -> str:
    """A value as GraphQL writes it."""
    if isinstance(value, Name):
        return str(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {literal(part)}" for name, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(literal(part) for part in value) + "]"
    return json.dumps(value, ensure_ascii=False)


@st.composite
def questions(draw: Any, schema: GraphQLSchema, pool: Pool, deepest: int = 6) -> Question:
    """Documents that a validator nearly always accepts."""
    makes_mistakes = draw(st.sampled_from((False, False, True)))
    return Writer(schema, pool, draw, makes_mistakes).question(draw(st.integers(2, deepest)))
