"""From a request to an operation that may be executed, with its variables coerced."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError, GraphQLSchema, OperationDefinitionNode, type_from_ast
from graphql.execution.values import get_variable_values

from gql_app.errors import RequestRefused
from gql_app.reads.scopes import SCHEMA
from gql_app.reads.values import shape_of
from gql_app.schema.answers import NO_OPERATION, formatted
from gql_app.schema.documents import Prepared
from gql_app.schema.library import Library
from gql_app.schema.request import Request
from gql_app.schema.sights import known_of, unhinted
from gql_app.schema.values import measured
from gql_app.schema.variables import check_objects
from gql_app.viewers.viewer import UNRESTRICTED, Viewer

PLAIN = frozenset((str, int, float, bool, type(None)))


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that may be executed: its operation and its coerced variables."""

    prepared: Prepared
    operation: OperationDefinitionNode
    kinds: dict[str, Any]
    """The variables' types."""

    given: dict[str, Any] | None
    """Variables as they were sent."""

    variables: dict[str, Any]
    """The same, coerced; and what is known of a viewer who may not see everything."""

    key: Hashable
    viewer: Viewer
    wants_cost: bool = False

    @property
    def kind(self) -> str:
        """query, mutation or subscription."""
        return self.operation.operation.value


class Reception:
    """Lets in what may be executed."""

    def __init__(self, schema: GraphQLSchema, library: Library) -> None:
        self.library = library
        self._schema = schema

    def asked(self, request: Request) -> Asked:
        """Raises RequestRefused with every reason why it cannot be executed."""
        text, prepared = self.library.opened(request)
        sight = request.viewer.sight
        if prepared.errors:
            raise RequestRefused([unhinted(sight, error) for error in prepared.errors])
        given = request.variables
        try:
            operation = prepared.operation(request.operation_name)
            if given and not (len(given) < 50 and PLAIN.issuperset(map(type, given.values()))):
                self._check(given)
        except GraphQLError as error:
            raise RequestRefused([formatted(error, NO_OPERATION)]) from None
        kinds = self._kinds(prepared, operation)
        values = self._coerced(operation, given, SCHEMA in sight.scopes) if kinds else {}
        shapes = tuple((name, shape_of(value, kinds[name])) for name, value in values.items())
        key = (text, request.operation_name, shapes, sight.kind)
        if sight.kind != UNRESTRICTED:
            values = values | known_of(sight)
        return Asked(prepared, operation, kinds, given, values, key, request.viewer, request.wants_cost)

    def _check(self, variables: dict[str, Any]) -> None:
        limits = self.library.documents.limits
        count, depth = measured(variables, limits.values)
        limits.check(values=count - 1, input_depth=depth - 1)
        check_objects(variables)

    def _kinds(self, prepared: Prepared, operation: OperationDefinitionNode) -> dict[str, Any]:
        """The types of an operation's variables, looked up once."""
        name = operation.name.value if operation.name else None
        if name not in prepared.kinds:
            definitions = operation.variable_definitions or ()
            kinds = {one.variable.name.value: type_from_ast(self._schema, one.type) for one in definitions}
            prepared.kinds[name] = kinds
        return prepared.kinds[name]

    def _coerced(
        self, operation: OperationDefinitionNode, given: dict[str, Any] | None, shows_schema: bool
    ) -> dict[str, Any]:
        definitions = operation.variable_definitions or ()
        hide = not (shows_schema and self.library.documents.shows_schema)
        values = get_variable_values(self._schema, definitions, given or {}, max_errors=5, hide_suggestions=hide)
        if isinstance(values, list):
            raise RequestRefused([formatted(error) for error in values])
        return values.coerced
