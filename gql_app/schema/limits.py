"""How deep a document may go, counted in time linear in its length: each fragment is measured once."""

from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValidationRule,
)
from graphql.validation import ASTValidationRule


def depth_rule(most: int) -> type[ASTValidationRule]:
    """A validation rule that refuses operations with more than `most` fields within one another."""

    class DepthRule(ValidationRule):
        """Refuses operations that go too deep."""

        def enter_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> None:
            """Measures one operation."""
            depth = Depths(self.context).of(node.selection_set)
            if depth > most:
                message = f"The operation is {depth} fields deep, but {most} is the most (GQL_APP_MAX_DEPTH)."
                self.report_error(GraphQLError(message, node))

    return DepthRule


class Depths:
    """The depth of selections; a fragment that contains itself counts as nothing, another rule reports it."""

    def __init__(self, context: Any) -> None:
        self._context = context
        self._fragments: dict[str, int] = {}

    def of(self, selection_set: SelectionSetNode | None) -> int:
        """How many fields stand within one another."""
        if selection_set is None:
            return 0
        return max((self._of_node(node) for node in selection_set.selections), default=0)

    def _of_node(self, node: Any) -> int:
        if isinstance(node, FieldNode):
            return 1 + self.of(node.selection_set) if not node.name.value.startswith("__") else 0
        if isinstance(node, InlineFragmentNode):
            return self.of(node.selection_set)
        assert isinstance(node, FragmentSpreadNode)
        return self._of_fragment(node.name.value)

    def _of_fragment(self, name: str) -> int:
        if name not in self._fragments:
            self._fragments[name] = 0
            fragment: FragmentDefinitionNode | None = self._context.get_fragment(name)
            self._fragments[name] = self.of(fragment.selection_set) if fragment else 0
        return self._fragments[name]
