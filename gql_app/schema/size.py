"""How large the operations of a document are with every fragment in its place, without ever putting one there.

Each definition is looked at once. A fragment's size is then added wherever it is spread, innermost fragments first, so
that a few lines which would unfold into millions cost no more than their own length.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import Any, NamedTuple

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from gql_app.schema.values import measured

Definition = OperationDefinitionNode | FragmentDefinitionNode


class Place(NamedTuple):
    """Where a selection stands. Introspection has a depth rule of its own, so its depth is not counted here."""

    depth: int = 0
    is_root: bool = True
    is_introspection: bool = False

    def beneath(self, name: str) -> "Place":
        """Where the selections of a field of this name stand."""
        inside = self.is_introspection or name.startswith("__")
        return Place(self.depth + (not inside), False, inside)


@dataclass(slots=True)
class Size:
    """What is counted; `spreads` are the fragments within, and where each stands."""

    depth: int = 0
    root_fields: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0
    duplicates: int = 0
    values: int = 0
    input_depth: int = 0
    spreads: list[tuple[str, Place]] = field(default_factory=list)

    def add(self, inner: "Size", place: Place) -> None:
        """Takes in a fragment that stands there."""
        self.depth = max(self.depth, place.depth + (0 if place.is_introspection else inner.depth))
        self.root_fields += inner.root_fields if place.is_root else 0
        self.fields += inner.fields
        self.aliases += inner.aliases
        self.directives += inner.directives
        self.duplicates += inner.duplicates
        self.values += inner.values
        self.input_depth = max(self.input_depth, inner.input_depth)


def sizes(operations: Iterable[OperationDefinitionNode], fragments: dict[str, FragmentDefinitionNode]) -> list[Size]:
    """The size of each operation; raises GraphQLError where a fragment contains itself."""
    known = {name: _own(fragment) for name, fragment in fragments.items()}
    graph = {name: [inner for inner, _ in size.spreads if inner in known] for name, size in known.items()}
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        raise _circular(error.args[1], fragments) from None
    for name in order:
        _spread(known[name], known)
    return [_spread(_own(operation), known) for operation in operations]


def _spread(size: Size, known: dict[str, Size]) -> Size:
    for name, place in size.spreads:
        if name in known:
            size.add(known[name], place)
    return size


def _circular(names: list[str], fragments: dict[str, FragmentDefinitionNode]) -> GraphQLError:
    way = " in ".join(f"`{name}`" for name in names[:5])
    return GraphQLError(f"A fragment is spread within itself: {way}.", fragments[names[0]])


def _own(definition: Definition) -> Size:
    """What stands in the definition itself."""
    size = Size(directives=len(definition.directives or ()))
    for variable in definition.variable_definitions or ():
        size.directives += len(variable.directives or ())
        _value(size, variable.default_value)
    waiting = [(definition.selection_set, Place())]
    while waiting:
        selection_set, place = waiting.pop()
        waiting.extend(_selections(size, selection_set, place))
    return size


def _selections(size: Size, selection_set: SelectionSetNode, place: Place) -> Iterator[tuple[SelectionSetNode, Place]]:
    """Counts what stands here; gives what stands within."""
    keys: set[str] = set()
    for node in selection_set.selections:
        size.fields += 1
        _directives(size, node)
        if isinstance(node, FragmentSpreadNode):
            size.spreads.append((node.name.value, place))
        elif isinstance(node, FieldNode):
            _field(size, node, place, keys)
            if node.selection_set is not None:
                yield node.selection_set, place.beneath(node.name.value)
        elif isinstance(node, InlineFragmentNode):
            yield node.selection_set, place


def _field(size: Size, node: FieldNode, place: Place, keys: set[str]) -> None:
    key = node.alias.value if node.alias else node.name.value
    size.root_fields += place.is_root
    size.aliases += node.alias is not None
    size.duplicates += key in keys
    keys.add(key)
    size.depth = max(size.depth, place.beneath(node.name.value).depth)
    for argument in node.arguments or ():
        _value(size, argument.value)


def _directives(size: Size, node: Any) -> None:
    for directive in node.directives or ():
        size.directives += 1
        for argument in directive.arguments or ():
            _value(size, argument.value)


def _value(size: Size, node: Any) -> None:
    count, depth = measured(node)
    size.values += count
    size.input_depth = max(size.input_depth, depth)
