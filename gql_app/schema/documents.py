"""Documents as clients send them: parsed and validated once, then remembered."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    parse,
    specified_rules,
    validate,
)

from gql_app.schema.limits import depth_rule

V = TypeVar("V")
MOST_ERRORS = 5


class Remembered(Generic[V]):
    """The most recently used values, no more than `size`."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[Hashable, V] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], V]) -> V:
        """The value of this key, made where it is not remembered."""
        if key in self._values:
            self._values.move_to_end(key)
            return self._values[key]
        value = self._values[key] = make()
        if len(self._values) > self._size:
            self._values.popitem(last=False)
        return value


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that may be executed, or what is wrong with it."""

    operations: tuple[OperationDefinitionNode, ...]
    fragments: dict[str, FragmentDefinitionNode]
    errors: tuple[GraphQLError, ...] = ()

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation to execute; raises GraphQLError where that cannot be told."""
        if name is None and len(self.operations) == 1:
            return self.operations[0]
        for operation in self.operations:
            if name is not None and operation.name is not None and operation.name.value == name:
                return operation
        if name is None:
            raise GraphQLError("The document has several operations: say which in operationName.")
        raise GraphQLError(f"The document has no operation named {name!r}.")


class Documents:
    """Prepares documents; limits are counted before anything costly."""

    def __init__(self, schema: GraphQLSchema, max_tokens: int, max_depth: int, remembered: int = 512) -> None:
        self._schema = schema
        self._max_tokens = max_tokens
        self._rules = [*specified_rules, depth_rule(max_depth)]
        self._prepared: Remembered[Prepared] = Remembered(remembered)

    def prepare(self, query: str) -> Prepared:
        """Never raises."""
        return self._prepared.get(query, lambda: self._prepare(query))

    def _prepare(self, query: str) -> Prepared:
        try:
            document = parse(query, max_tokens=self._max_tokens, no_location=False)
        except GraphQLSyntaxError as error:
            return Prepared((), {}, (error,))
        except RecursionError:
            return Prepared((), {}, (GraphQLError("The document is nested too deeply to be read."),))
        return self._validated(document)

    def _validated(self, document: DocumentNode) -> Prepared:
        definitions = document.definitions
        operations = tuple(one for one in definitions if isinstance(one, OperationDefinitionNode))
        fragments = {one.name.value: one for one in definitions if isinstance(one, FragmentDefinitionNode)}
        errors = self._errors(document)
        if not operations and not errors:
            errors = (GraphQLError("The document has no operation."),)
        return Prepared(operations, fragments, errors)

    def _errors(self, document: DocumentNode) -> tuple[GraphQLError, ...]:
        try:
            errors = validate(self._schema, document, self._rules, max_errors=MOST_ERRORS)
        except RecursionError:
            return (GraphQLError("The document is nested too deeply to be checked."),)
        return tuple(errors[:MOST_ERRORS])
