"""Which scopes a viewer needs to see something: said where a type or a field is declared, and shown in the schema.

A type that shows rows says what they need; an object that is part of a row needs what the row needs.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import strawberry
from strawberry.schema_directive import Location

from gql_app.viewers.viewer import EVERY_SCOPE

Scopes = frozenset[str]


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION], name="pii", description="Personal data: needs the scope customers:pii."
)
class Pii:
    """Personal data."""


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION, Location.OBJECT],
    name="requiresScopes",
    description="Needs all scopes of one of these lists; an empty list is met by everybody.",
)
class RequiresScopes:
    """The scopes that are needed."""

    scopes: list[list[str]]


Directive = Pii | RequiresScopes


def requires(*alternatives: str) -> RequiresScopes:
    """One of these scopes is needed."""
    return RequiresScopes(scopes=[[one] for one in alternatives])


PII = Pii()
CUSTOMERS = requires("customers:read")
ORDERS = requires("orders:read")
PROGRAMMES = requires("customers:read", "orders:read")
"""What campaigns are called is part of what customers have and of what they redeem."""

RAW = requires("events:raw")
MIRROR = requires("mirror:read")
OPEN = RequiresScopes(scopes=[[]])
"""Whoever asks may see it."""

SCHEMA = "schema:read"


@dataclass(frozen=True, slots=True)
class Needs:
    """Sets of scopes, of which a viewer must have one."""

    alternatives: frozenset[Scopes]

    def __and__(self, other: "Needs") -> "Needs":
        return Needs(frozenset(one | two for one in self.alternatives for two in other.alternatives))

    def __or__(self, other: "Needs") -> "Needs":
        return Needs(self.alternatives | other.alternatives)

    def met_by(self, scopes: Scopes) -> bool:
        """Whether who has these scopes may see it."""
        return any(one <= scopes for one in self.alternatives)

    def missing(self, scopes: Scopes) -> tuple[str, ...]:
        """What would do to see it, sorted: the fewest scopes of all that would."""
        every = (tuple(sorted(one - scopes)) for one in self.alternatives)
        return min(every, key=lambda one: (len(one), one))


NOTHING = Needs(frozenset({frozenset()}))
"""Met by everybody."""

EVERYTHING = Needs(frozenset({EVERY_SCOPE}))
"""Met only by who may see everything."""


def needs_of(directives: Iterable[object] | None) -> Needs | None:
    """What a type's or a field's own directives say; None where they say nothing."""
    found = [_said(one) for one in directives or () if isinstance(one, Directive)]
    if not found:
        return None
    needs = NOTHING
    for one in found:
        needs &= one
    return needs


def _said(directive: Directive) -> Needs:
    if isinstance(directive, Pii):
        return Needs(frozenset({frozenset({"customers:pii"})}))
    return Needs(frozenset(map(frozenset, directive.scopes)))
