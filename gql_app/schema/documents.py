"""Documents as clients send them: measured, parsed and validated once, then remembered."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    OverlappingFieldsCanBeMergedRule,
    parse,
    specified_rules,
    validate,
)

from gql_app.schema.answers import NO_OPERATION, PARSE_FAILED, VALIDATION_FAILED, formatted
from gql_app.schema.limits import Limits, refused
from gql_app.schema.merging import MergingRule
from gql_app.schema.remembered import Remembered
from gql_app.schema.size import sizes

MOST_ERRORS = 5
NESTING = "nesting"
DEEPEST_NESTING = 200
"""Brackets within one another, of any kind; graphql-core's own limit."""

REMEMBERED = 1024
MOST_BYTES = 100_000_000
"""Of all remembered documents together, about."""

PER_TOKEN = 500
"""Bytes that a token takes once it is parsed, about."""

RULES = [rule for rule in specified_rules if rule is not OverlappingFieldsCanBeMergedRule]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that may be executed, or what is wrong with it."""

    document: DocumentNode = field(default_factory=DocumentNode)
    operations: tuple[OperationDefinitionNode, ...] = ()
    fragments: dict[str, FragmentDefinitionNode] = field(default_factory=dict)
    tokens: int = 0
    kinds: dict[str | None, dict[str, Any]] = field(default_factory=dict)
    """The types of each operation's variables, as far as they were looked up."""

    errors: tuple[dict[str, Any], ...] = ()
    """In the shape of a response: an error itself would keep its document alive."""

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation to execute; raises GraphQLError where that cannot be told."""
        if name is None and len(self.operations) == 1:
            return self.operations[0]
        for operation in self.operations:
            if name is not None and operation.name is not None and operation.name.value == name:
                return operation
        if name is None:
            raise GraphQLError("The document has several operations: say which in operationName.")
        raise GraphQLError(f"The document has no operation named {name[:100]!r}.")


class Documents:
    """Prepares documents; limits are counted before anything costly."""

    def __init__(self, schema: GraphQLSchema, limits: Limits, shows_schema: bool = True) -> None:
        self.limits = limits
        self.shows_schema = shows_schema
        self._schema = schema
        self._rules = RULES if shows_schema else [*RULES, NoSchemaIntrospectionCustomRule]
        self._prepared: Remembered[Prepared] = Remembered(REMEMBERED, MOST_BYTES, _bytes)
        self._wrong: Remembered[Prepared] = Remembered(REMEMBERED // 8)

    def prepare(self, query: str) -> Prepared:
        """Never raises. What is wrong is remembered apart, so that it cannot displace what is right."""
        if len(query) > self.limits.document_length:
            error = self.limits.exceeded("document_length", len(query))
            return Prepared(errors=(formatted(error),))
        prepared = self._prepared.found(query) or self._wrong.found(query)
        if prepared is None:
            prepared = self._prepare(query)
            (self._wrong if prepared.errors else self._prepared).put(query, prepared)
        return prepared

    def _prepare(self, query: str) -> Prepared:
        try:
            return self._checked(self._parsed(query))
        except GraphQLError as error:
            code = PARSE_FAILED if isinstance(error, GraphQLSyntaxError) else VALIDATION_FAILED
            return Prepared(errors=(formatted(error, code),))
        except RecursionError:
            return Prepared(errors=(formatted(too_deep()),))

    def _parsed(self, query: str) -> DocumentNode:
        most = self.limits.tokens
        try:
            return parse(query, max_lexical_tokens=most, max_comments=most)
        except GraphQLSyntaxError as error:
            raise self._limit_met(error) or error from None

    def _limit_met(self, error: GraphQLSyntaxError) -> GraphQLError | None:
        if "nested too deeply" in error.message:
            return too_deep()
        if "Document contains more than" in error.message:
            return self.limits.exceeded("tokens", self.limits.tokens + 1)
        return None

    def _checked(self, document: DocumentNode) -> Prepared:
        definitions = document.definitions
        operations = tuple(one for one in definitions if isinstance(one, OperationDefinitionNode))
        fragments = {one.name.value: one for one in definitions if isinstance(one, FragmentDefinitionNode)}
        self.limits.check(operations=len(operations))
        for size in sizes(operations, fragments):
            self.limits.check_size(size)
        if errors := tuple(formatted(one, VALIDATION_FAILED) for one in self._errors(document))[:MOST_ERRORS]:
            return Prepared(errors=errors)
        if not operations:
            raise GraphQLError("The document has no operation.", extensions={"code": NO_OPERATION})
        return Prepared(document, operations, fragments, _tokens(document))

    def _errors(self, document: DocumentNode) -> Iterator[GraphQLError]:
        """Whether fields can be merged is asked last: it takes for granted that everything else is right."""
        hide = not self.shows_schema
        found = validate(self._schema, document, self._rules, max_errors=MOST_ERRORS, hide_suggestions=hide)
        if any(error.message == "Validation aborted." for error in found):
            raise too_deep()
        yield from found or validate(self._schema, document, [MergingRule])


def _bytes(query: str, prepared: Prepared) -> int:
    return len(query) + PER_TOKEN * prepared.tokens


def _tokens(document: DocumentNode) -> int:
    count, token = 0, document.loc.start_token if document.loc else None
    while token is not None:
        count, token = count + 1, token.next
    return count


def too_deep() -> GraphQLError:
    """The one limit that is not ours to set."""
    message = f"The document has more than {DEEPEST_NESTING} brackets or fragments within one another."
    return refused(message, limit=NESTING, value=DEEPEST_NESTING + 1, maximum=DEEPEST_NESTING)
