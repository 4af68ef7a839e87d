"""Requests that mean harm, each drawn from its number: bombs, giants, mazes and nonsense, often several in one."""

import json
from collections.abc import Callable
from random import Random
from typing import Any

Body = dict[str, Any]
Maker = Callable[[Random], Body]
MAKERS: dict[str, Maker] = {}

LEAVES = ("id", "name", "email", "createdAt", "__typename", "version", "address { city }", 'metadatum(key: "a")')
BRANCHES = ("orders", "referred", "redemptions", "activity")
ODD = ("\\u0000", "\\ud83d\\ude00", "\\u{1F600}", "\\ud800", "\\\\", "é", "😀", "\u2028", "\\q", "\x7f")
BY = '(by: {id: "x"})'


def maker(make: Maker) -> Maker:
    """Registers one kind of harm under its function's name."""
    MAKERS[make.__name__] = make
    return make


def hostile(number: int) -> tuple[str, bytes]:
    """The kind and the body of the request of this number; always the same."""
    chance = Random(number)
    name = list(MAKERS)[number % len(MAKERS)]
    return name, json.dumps(MAKERS[name](chance)).encode()


def much(chance: Random) -> int:
    """A few, or far too many."""
    return int(10 ** chance.uniform(0.3, 3.6))


def leaves(chance: Random, count: int) -> str:
    return " ".join(chance.choice(LEAVES) for _ in range(count))


@maker
def aliases(chance: Random) -> Body:
    return {"query": "{" + " ".join(f"a{n}: customer{BY} {{ {leaves(chance, 3)} }}" for n in range(much(chance))) + "}"}


@maker
def duplicates(chance: Random) -> Body:
    return {"query": "{ customer" + BY + " { " + (leaves(chance, 1) + " ") * much(chance) + "} }"}


@maker
def conflicts(chance: Random) -> Body:
    parts = (f'x: metadatum(key: "{chance.randrange(3)}")' for _ in range(much(chance)))
    return {"query": "{ customer" + BY + " { " + " ".join(parts) + " } }"}


@maker
def directives(chance: Random) -> Body:
    name = chance.choice(("skip(if: false)", "include(if: true)", "nobody", "deprecated", "oneOf"))
    return {"query": "query @skip(if: true) { __typename " + f"@{name} " * much(chance) + "}"}


@maker
def doubling(chance: Random) -> Body:
    depth = much(chance) % 220 + 1
    spread = chance.randrange(1, 5)
    body = (f"fragment F{n} on Query {{ {f'...F{n + 1} ' * spread} }}" for n in range(depth))
    return {"query": "{ ...F0 } " + " ".join(body) + f" fragment F{depth} on Query {{ {leaves(chance, 1)} }}"}


@maker
def doubling_fields(chance: Random) -> Body:
    depth = chance.randrange(1, 12)
    inner = "orders { nodes { customer { ...F%d } x: customer { ...F%d } } }"
    body = (f"fragment F{n} on Customer {{ {inner % (n + 1, n + 1)} }}" for n in range(depth))
    end = f" fragment F{depth} on Customer {{ {leaves(chance, 2)} }}"
    return {"query": "{ customer" + BY + " { ...F0 } } " + " ".join(body) + end}


@maker
def circles(chance: Random) -> Body:
    count = much(chance) % 60 + 1
    others = (" ".join(f"...F{chance.randrange(count)}" for _ in range(chance.randrange(1, 9))) for _ in range(count))
    return {"query": "{ ...F0 } " + " ".join(f"fragment F{n} on Query {{ {inner} }}" for n, inner in enumerate(others))}


@maker
def fragments(chance: Random) -> Body:
    count = much(chance)
    spread = " ".join(f"...F{n}" for n in range(count)) if chance.random() < 0.5 else "__typename"
    parts = " ".join(f"fragment F{n} on Query {{ a: __typename mirror {{ healthy }} }}" for n in range(count))
    return {"query": f"{{ {spread} }} {parts}"}


@maker
def depth(chance: Random) -> Body:
    levels = much(chance)
    opening = "".join(f"{chance.choice(BRANCHES[:2])} {{ nodes {{ " for _ in range(levels))
    return {"query": "{ customer" + BY + " { " + opening + "id" + " } }" * levels + " } }"}


@maker
def brackets(chance: Random) -> Body:
    levels, (opening, closing) = much(chance), chance.choice(("[]", "{}", ("{ ... ", "}"), ("[{a:", "}]"), ("(", ")")))
    return {"query": "{ nodes(ids: " + opening * levels + "1" + closing * levels + ") { id } }"}


@maker
def lists(chance: Random) -> Body:
    values = chance.choice(('"a"', "1", "null", "[1]", "$v", '{a: "b"}')) + " "
    return {"query": "query ($v: ID!) { nodes(ids: [" + values * much(chance) + "]) { id } }", "variables": {"v": "a"}}


@maker
def tokens(chance: Random) -> Body:
    size = chance.choice((1_000, 90_000, 900_000))
    token = chance.choice(("a", "9", "1.5e9", '"', "#", ",", "\n", "}", "é", "\ufeff", "...", "$", "\\u0041"))
    before, after = chance.choice(
        (("{", "}"), ('{ node(id: "', '") { id } }'), ('{ node(id: """', '""") { id } }'), ("", ""))
    )
    return {"query": before + (token * size)[:size] + after}


@maker
def names(chance: Random) -> Body:
    name = chance.choice("ab_") * chance.choice((500, 50_000, 99_000))
    forms = ("{ %s }", "{ %s: __typename }", "query %s { __typename }", "{ ...%s }", "query ($a: %s) { __typename }")
    return {"query": chance.choice(forms) % name, "operationName": chance.choice((None, name))}


@maker
def operations(chance: Random) -> Body:
    count = much(chance)
    parts = " ".join(f"query Q{n} {{ ...F }}" for n in range(count))
    chosen = f"Q{chance.randrange(count + 1)}"
    return {
        "query": parts + f" fragment F on Query {{ {leaves(chance, 1)} mirror {{ healthy }} }}",
        "operationName": chosen,
    }


@maker
def definitions(chance: Random) -> Body:
    count, kind = much(chance), chance.choice(("Int", "[ID!]!", "CustomerRef", "Nothing", 'String = "a"', "[[[Int]]]"))
    parts = " ".join(f"$v{n}: {kind}" for n in range(count))
    used = " ".join(f"$v{n}" for n in range(count)) if chance.random() < 0.5 else ""
    return {"query": f"query ({parts}) {{ nodes(ids: [{used}]) {{ id }} }}", "variables": {"v0": 1, "v1": ["a"]}}


@maker
def variables(chance: Random) -> Body:
    value: Any = chance.choice((1, "a", None, {"a": 1}, [], 1e300, "x" * 1000))
    for _ in range(chance.choice((0, 1, 30, 190))):
        value = [value] if chance.random() < 0.7 else {"and": value}
    given = [value] * min(much(chance), 300_000 // len(json.dumps(value)) + 1)
    query = chance.choice(
        ("query ($v: [ID!]!) { nodes(ids: $v) { id } }", "query ($v: CustomerRef!) { customer(by: $v) { id } }")
    )
    return {"query": query, "variables": {"v": given, **{f"x{n}": n for n in range(much(chance))}}}


@maker
def escapes(chance: Random) -> Body:
    text = "".join(chance.choice(ODD) for _ in range(much(chance)))
    return {"query": '{ node(id: "' + text + '") { id } }', "variables": {"v": text.encode().decode("utf-8", "ignore")}}


@maker
def pages(chance: Random) -> Body:
    sizes = [chance.choice((500, 501, 10**6, -1, 0, 2**31, "null")) for _ in range(4)]
    inner = "id"
    for size in sizes:
        inner = f"orders(first: {size}) {{ totalCount(cap: {size}) {{ value }} nodes {{ customer {{ {inner} }} }} }}"
    return {"query": f"{{ customers(first: 500) {{ nodes {{ {inner} }} }} }}", "extensions": {"cost": True}}


@maker
def schema(chance: Random) -> Body:
    inner = "name"
    for _ in range(chance.randrange(1, 8)):
        name = chance.choice(("type", "ofType", "fields", "interfaces", "possibleTypes", "args", "inputFields"))
        inner = " ".join(f"a{n}: {name} {{ name {inner} }}" for n in range(chance.randrange(1, 4)))
    roots = " ".join(f"s{n}: __schema {{ types {{ name {inner} }} }}" for n in range(chance.randrange(1, 9)))
    return {"query": f"{{ {roots} }}"}


@maker
def soup(chance: Random) -> Body:
    words = (
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "...",
        "on",
        "query",
        "fragment",
        "F",
        "customer",
        ":",
        "$v",
        "@skip",
        "!",
        "=",
        '"x"',
        "1",
    )
    return {"query": " ".join(chance.choice(words) for _ in range(much(chance)))}


@maker
def parameters(chance: Random) -> Body:
    odd: tuple[Any, ...] = (None, 1, "", "x" * 10_000, [], {}, {"a": []}, True)
    names = ("query", "variables", "operationName", "extensions", "documentId", "id", "doc_id")
    said = {name: chance.choice(odd) for name in names if chance.random() < 0.5}
    persisted = {"version": chance.choice((1, 2, "1")), "sha256Hash": chance.choice(("0" * 64, "x", 5, None))}
    return said | ({"extensions": {"persistedQuery": persisted}} if chance.random() < 0.5 else {})
