"""What is asked of a subscription, and what two subscribers must have in common to share its answers."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import cast

import msgspec
from graphql import NonNullTypeNode, OperationDefinitionNode, TypeNode

from gql_app.reads.plan import Selected
from gql_app.reads.values import Variables
from gql_app.schema.asked import Asked
from gql_app.schema.sights import Seen, errors_member


@dataclass(frozen=True, slots=True)
class Question:
    """The one root field of a subscription; equal keys share their answers."""

    selected: Selected
    variables: Variables
    key: Hashable
    errors: bytes = b""
    """Of what the viewer may not see, as the first member of each answer that would have it."""

    @property
    def field(self) -> bytes:
        """The root field's key in the answer, encoded."""
        return msgspec.json.encode(self.selected.key)


def question(seen: Seen, asked: Asked) -> Question:
    """Where a subscriber begins is its own affair: variables that hold cursors do not part a group. What is known of
    a restricted viewer is among the variables: nobody shares answers with who may see something else.
    """
    assert seen.fields
    own = _cursors(asked.operation)
    shared = {name: value for name, value in asked.variables.items() if name not in own}
    document, operation, _, _ = cast(tuple[Hashable, ...], asked.key)
    key = document, operation, msgspec.json.encode(shared, order="sorted")
    return Question(seen.fields[0], asked.variables, key, errors_member(seen.errors))


def _cursors(operation: OperationDefinitionNode) -> set[str]:
    definitions = operation.variable_definitions or ()
    return {one.variable.name.value for one in definitions if _type_name(one.type) == "Cursor"}


def _type_name(node: TypeNode) -> str | None:
    inner = node.type if isinstance(node, NonNullTypeNode) else node
    name = getattr(inner, "name", None)
    return name.value if name else None
