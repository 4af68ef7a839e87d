"""Whether fields that share a response key can be merged, in time linear in the unfolded operation.

Source: GraphQL specification (September 2025), 5.3.2 Field Selection Merging. The specification compares fields pair by
pair, which lets a few kilobytes cost half a second. Here all fields under one key are compared with the first of them,
once for the shape of their values and once for what they are: the verdict is the same.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValidationRule,
    get_named_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
    print_ast,
    type_from_ast,
)
from graphql.utilities.sort_value_node import sort_value_node

MOST_WORK = 50_000
"""Fields looked at, all in all; no document within the default limits comes near."""


class Chosen(NamedTuple):
    """A field, the type it is selected on, and the type of its value."""

    parent: Any
    node: FieldNode
    value: Any

    @property
    def key(self) -> str:
        """Its key in the response."""
        return self.node.alias.value if self.node.alias else self.node.name.value


class MergingRule(ValidationRule):
    """Takes the place of graphql-core's OverlappingFieldsCanBeMergedRule; for documents that are otherwise valid."""

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> None:
        """Checks one operation with all its fragments; reports the first conflict."""
        merging = Merging(self.context)
        chosen = merging.chosen([(self.context.schema.get_root_type(node.operation), node.selection_set)])
        found = merging.differing_shape(chosen) or merging.differing_field(chosen)
        if found is not None:
            self.report_error(found)


class Merging:
    """Unfolds selections; the limits on a document have bounded how far they unfold."""

    def __init__(self, context: Any) -> None:
        self._context = context
        self._printed: dict[int, dict[str, str]] = {}
        self._left = MOST_WORK

    def chosen(self, sets: Iterable[tuple[Any, SelectionSetNode]]) -> list[Chosen]:
        """The fields of selection sets that are merged, fragments in their places."""
        seen: set[str] = set()
        found = [one for parent, selection_set in sets for one in self._unfolded(parent, selection_set, seen)]
        self._left -= len(found)
        return found if self._left > 0 else []

    def _unfolded(self, parent: Any, selection_set: SelectionSetNode, seen: set[str]) -> Iterator[Chosen]:
        for node in selection_set.selections:
            if isinstance(node, FieldNode):
                definition = self._context.schema.get_field(parent, node.name.value)
                yield Chosen(parent, node, definition.type)
            elif isinstance(node, InlineFragmentNode):
                yield from self._unfolded(self._narrowed(parent, node), node.selection_set, seen)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
                seen.add(node.name.value)
                fragment = self._context.get_fragment(node.name.value)
                yield from self._unfolded(self._narrowed(parent, fragment), fragment.selection_set, seen)

    def _narrowed(self, parent: Any, fragment: Any) -> Any:
        condition = fragment.type_condition
        return type_from_ast(self._context.schema, condition) if condition else parent

    def differing_shape(self, chosen: list[Chosen]) -> GraphQLError | None:
        """The first two fields under one key whose values could not stand in the same place."""
        for same in _by_key(chosen):
            first = same[0]
            for one in same[1:]:
                if not have_one_shape(first.value, one.value):
                    return _conflict(first, one, f"they return `{first.value}` and `{one.value}`")
            found = self.differing_shape(self._beneath(same))
            if found is not None:
                return found
        return self._exhausted()

    def differing_field(self, chosen: list[Chosen]) -> GraphQLError | None:
        """The first two fields under one key that may be asked of the same object and are not the same."""
        for same in _by_key(chosen):
            for group in _of_one_object(same):
                found = self._differing(group) or self.differing_field(self._beneath(group))
                if found is not None:
                    return found
        return self._exhausted()

    def _differing(self, group: list[Chosen]) -> GraphQLError | None:
        first = group[0]
        for one in group[1:]:
            if one.node.name.value != first.node.name.value:
                return _conflict(first, one, f"`{first.node.name.value}` and `{one.node.name.value}` are different")
            if self._arguments(one.node) != self._arguments(first.node):
                return _conflict(first, one, "they have different arguments")
        return None

    def _beneath(self, same: list[Chosen]) -> list[Chosen]:
        sets = [(get_named_type(one.value), one.node.selection_set) for one in same if one.node.selection_set]
        return self.chosen(sets) if sets else []

    def _arguments(self, node: FieldNode) -> dict[str, str]:
        """The arguments as text, whatever the order of the members of objects."""
        if id(node) not in self._printed:
            given = node.arguments or ()
            self._printed[id(node)] = {one.name.value: print_ast(sort_value_node(one.value)) for one in given}
        return self._printed[id(node)]

    def _exhausted(self) -> GraphQLError | None:
        return None if self._left > 0 else GraphQLError("The fields of this document overlap too often to be compared.")


def have_one_shape(one: Any, other: Any) -> bool:
    """Whether values of both types may stand in the same place; what is within objects is looked at later."""
    while is_list_type(one) or is_non_null_type(one):
        if type(one) is not type(other):
            return False
        one, other = one.of_type, other.of_type
    if is_list_type(other) or is_non_null_type(other):
        return False
    return one is other or not (is_leaf_type(one) or is_leaf_type(other))


def _by_key(chosen: list[Chosen]) -> Iterable[list[Chosen]]:
    found: dict[str, list[Chosen]] = {}
    for one in chosen:
        found.setdefault(one.key, []).append(one)
    return found.values()


def _of_one_object(same: list[Chosen]) -> Iterator[list[Chosen]]:
    """Those that may be asked of the same object: two different object types share none."""
    objects = {one.parent.name: one.parent for one in same if is_object_type(one.parent)}
    if len(objects) < 2:
        yield same
        return
    for kind in objects.values():
        yield [one for one in same if one.parent is kind or not is_object_type(one.parent)]


def _conflict(first: Chosen, other: Chosen, why: str) -> GraphQLError:
    message = f"Fields under the key `{first.key}` conflict because {why}: use an alias to ask for both."
    return GraphQLError(message, [first.node, other.node])
