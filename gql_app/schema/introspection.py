"""What questions about the schema itself cost: they are answered here, field by field, not by the database."""

from collections.abc import Iterable, Mapping
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    SelectionSetNode,
    is_input_object_type,
)

ROOTS = ("__schema", "__type")
"""Root fields that only the engine answers."""

PER_FIELD = 8
"""What one answered field costs: it takes as long as the database takes for about as many rows."""

Fragments = Mapping[str, FragmentDefinitionNode]


class SchemaCosting:
    """Knows how long the lists of introspection are, about: twice the average, as the longest are asked for most."""

    def __init__(self, schema: GraphQLSchema) -> None:
        types = list(schema.type_map.values())
        shown = [field for one in types if not is_input_object_type(one) for field in _fields(one)]
        taken = [field for one in types if is_input_object_type(one) for field in _fields(one)]
        self._lengths = {
            "types": len(types),
            "directives": len(schema.directives),
            "fields": 2 * len(shown) / len(types),
            "inputFields": 2 * len(taken) / len(types),
            "enumValues": 2 * sum(len(getattr(one, "values", {})) for one in types) / len(types),
            "args": 2 * sum(len(field.args) for field in shown) / len(shown),
            "ofType": 0.5,
            "interfaces": 0.5,
            "possibleTypes": 0.5,
        }

    def cost(self, selection_set: SelectionSetNode, fragments: Fragments) -> int:
        """Of an operation, as written: fragments in their places, directives unheard."""
        return int(sum(self._root(node, fragments) for node in selection_set.selections))

    def _root(self, node: Any, fragments: Fragments) -> float:
        if isinstance(node, FieldNode):
            return self._part(node, fragments) if node.name.value in ROOTS else 0
        return self.cost(_within(node, fragments), fragments)

    def _part(self, node: Any, fragments: Fragments) -> float:
        if not isinstance(node, FieldNode):
            return self._parts(_within(node, fragments), fragments)
        inner = self._parts(node.selection_set, fragments) if node.selection_set else 0
        return PER_FIELD + self._lengths.get(node.name.value, 1) * inner

    def _parts(self, selection_set: SelectionSetNode, fragments: Fragments) -> float:
        return sum(self._part(inner, fragments) for inner in selection_set.selections)


def _fields(kind: Any) -> Iterable[Any]:
    fields: dict[str, Any] = getattr(kind, "fields", {})
    return fields.values()


def _within(node: Any, fragments: Fragments) -> SelectionSetNode:
    within = fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
    return within.selection_set
