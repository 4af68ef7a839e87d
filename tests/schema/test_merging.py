"""Fields that share a key: the same verdict as graphql-core's own rule, whatever is asked."""

from typing import Any

import pytest
from graphql import OverlappingFieldsCanBeMergedRule, build_schema, get_named_type, is_composite_type, parse, validate
from hypothesis import given, settings
from hypothesis import strategies as st

from gql_app.schema.merging import MergingRule

SCHEMA = build_schema("""
interface Pet { name: String, friend: Pet, friends: [Pet!], toy: Toy }
type Dog implements Pet {
  name: String, friend: Dog, friends: [Pet!], toy: Toy, age: Int!, size(unit: Int): Int, any: Any
}
type Cat implements Pet {
  name: String, friend: Pet, friends: [Pet!], toy: Toy, age: String, size(unit: Int): Int, any: Any
}
type Toy { name: String!, owner: Pet, price(unit: Int, in: In): Int, toy: [Toy] }
input In { a: Int, b: Int }
union Any = Dog | Cat | Toy
type Query { pet: Pet, dog: Dog, cat: Cat, any: Any, toy: Toy }
""")
ARGUMENTS = ("", "(unit: 1)", "(unit: 2)")
PRICES = (*ARGUMENTS, "(in: {a: 1, b: 2})", "(in: {b: 2, a: 1}, unit: 1)", "(unit: 1, in: {a: 1, b: 2})")


@st.composite
def documents(draw: Any) -> str:
    """Valid but for fields that may conflict: few keys, many fields, fragments spread again and again."""
    fragments: list[tuple[str, str]] = []

    def selection(kind: Any, depth: int) -> str:
        parts = [part(kind, depth) for _ in range(draw(st.integers(1, 4)))]
        return "{ " + " ".join(parts) + " }"

    def part(kind: Any, depth: int) -> str:
        if depth and draw(st.integers(0, 2)) == 0:
            inner = draw(st.sampled_from([SCHEMA.get_type(name) for name in within(kind)]))
            if draw(st.booleans()):
                return f"... on {inner.name} {selection(inner, depth - 1)}"
            fragments.append((f"F{len(fragments)}", ""))
            name = fragments[-1][0]
            fragments[int(name[1:])] = (name, f"fragment {name} on {inner.name} {selection(inner, depth - 1)}")
            return f"...{name}" + (f" ...{name}" if draw(st.booleans()) else "")
        return field(kind, depth)

    def field(kind: Any, depth: int) -> str:
        fields = getattr(kind, "fields", {})
        names = [n for n, f in fields.items() if depth or not is_composite_type(get_named_type(f.type))]
        name = draw(st.sampled_from([*names, "__typename"]))
        alias = draw(st.sampled_from(("", "", "x: ", "y: ")))
        if name == "__typename":
            return name  # under another key its type counts, which graphql-core's rule does not know
        beneath = get_named_type(fields[name].type)
        options = PRICES if name == "price" else ARGUMENTS if name == "size" else ("",)
        head = alias + name + draw(st.sampled_from(options))
        return f"{head} {selection(beneath, depth - 1)}" if is_composite_type(beneath) else head

    body = selection(SCHEMA.query_type, 4)
    return "\n".join([body, *(text for _, text in fragments)])


def within(kind: Any) -> tuple[str, ...]:
    """The types a fragment on this one may narrow it to."""
    return {"Pet": ("Pet", "Dog", "Cat"), "Any": ("Dog", "Cat", "Toy", "Pet", "Any")}.get(kind.name, (kind.name,))


@settings(max_examples=300, deadline=None)
@given(documents())
def test_the_verdict_is_that_of_comparing_pair_by_pair(text: str) -> None:
    document = parse(text)
    by_pairs = validate(SCHEMA, document, [OverlappingFieldsCanBeMergedRule])
    at_once = validate(SCHEMA, document, [MergingRule])
    assert bool(by_pairs) == bool(at_once), (text, by_pairs, at_once)


CONFLICTS = {
    "{ x: pet { name } x: dog { name } }": "different",
    "{ dog { size(unit: 1) size(unit: 2) } }": "arguments",
    "{ any { ... on Dog { age } ... on Cat { age } } }": "`Int!` and `String`",
    "{ any { ... on Dog { x: age } ... on Cat { x: __typename } } }": "`Int!` and `String!`",
    "{ any { ... on Dog { x: toy { name } } ... on Cat { x: toy { x: name } } } }": "",
    "{ pet { ... on Dog { friend { x: age } } ... on Cat { friend { x: name } } } }": "return",
}


@pytest.mark.parametrize(("text", "why"), CONFLICTS.items())
def test_a_conflict_is_explained(text: str, why: str) -> None:
    found = validate(SCHEMA, parse(text), [MergingRule])
    assert len(found) == bool(why)
    assert all(why in error.message and "alias" in error.message for error in found)
