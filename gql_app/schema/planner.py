"""From a request to the statements that answer it, remembered by what they depend on."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    type_from_ast,
)
from graphql.execution.values import get_variable_values

from gql_app.errors import RequestRefused
from gql_app.reads.plan import Document, Selected, plan_field, plan_root
from gql_app.reads.sql import Statement, compile_root
from gql_app.reads.values import outline, shape_of
from gql_app.schema.answers import formatted
from gql_app.schema.documents import Documents, Prepared, Remembered
from gql_app.schema.request import Request

MEASURED_BY_ENGINE = ("__schema", "__type")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that may be executed: its operation and its coerced variables."""

    prepared: Prepared
    operation: OperationDefinitionNode
    variables: dict[str, Any]
    key: Hashable

    @property
    def kind(self) -> str:
        """query, mutation or subscription."""
        return self.operation.operation.value


Field = tuple[bytes, Statement | bytes]
"""A root field's encoded key, and its statement or, for __typename, its value."""


class Planner:
    """Knows the schema and the dialect."""

    def __init__(self, schema: GraphQLSchema, documents: Documents, dialect: str, max_page: int) -> None:
        self.schema = schema
        self.documents = documents
        self.dialect = dialect
        self.max_page = max_page
        self._plans: Remembered[tuple[Field, ...] | None] = Remembered(1024)

    def asked(self, request: Request) -> Asked:
        """Raises RequestRefused with every reason why it cannot be executed."""
        prepared = self.documents.prepare(request.query)
        if prepared.errors:
            raise RequestRefused([formatted(error) for error in prepared.errors])
        try:
            operation = prepared.operation(request.operation_name)
        except GraphQLError as error:
            raise RequestRefused([formatted(error)]) from None
        definitions = operation.variable_definitions or ()
        if not definitions:
            return Asked(prepared, operation, {}, (request.query, request.operation_name, ()))
        values = get_variable_values(self.schema, definitions, request.variables or {}, max_errors=5)
        if isinstance(values, list):
            raise RequestRefused([formatted(error) for error in values])
        shapes = tuple((name, shape_of(value, self._kind(operation, name))) for name, value in values.coerced.items())
        return Asked(prepared, operation, values.coerced, (request.query, request.operation_name, shapes))

    def fields(self, asked: Asked) -> tuple[Field, ...] | None:
        """The root fields of a query; None where the engine must execute it."""
        return self._plans.get(asked.key, lambda: self._fields(asked))

    def _fields(self, asked: Asked) -> tuple[Field, ...] | None:
        root = self.schema.query_type
        if asked.kind != "query" or root is None:
            return None
        selection = plan_root(self.document(asked), asked.operation.selection_set, root)
        if any(selected.name in MEASURED_BY_ENGINE for selected in selection.fields):
            return None
        return tuple(self._field(selected) for selected in selection.fields)

    def _field(self, selected: Selected) -> Field:
        key = b'"' + selected.key.encode() + b'"'
        if selected.name == "__typename":
            return key, b'"Query"'
        return key, compile_root(selected, self.dialect, self.max_page)

    def subscribed(self, asked: Asked) -> Selected:
        """The one root field of a subscription."""
        root = self.schema.subscription_type
        assert root is not None
        return plan_root(self.document(asked), asked.operation.selection_set, root).fields[0]

    def document(self, asked: Asked) -> Document:
        """What planning needs of a request."""
        outlines = {
            name: outline(value, self._kind(asked.operation, name), (name,)) for name, value in asked.variables.items()
        }
        return Document(self.schema, asked.prepared.fragments, outlines)

    def single(self, info: Any) -> Statement:
        """The statement of a root field that the engine executes."""
        document = Document(self.schema, info.fragments, dict(info.variable_values))
        parent: GraphQLObjectType = info.parent_type
        return compile_root(plan_field(document, parent, list(info.field_nodes)), self.dialect, self.max_page)

    def _kind(self, operation: OperationDefinitionNode, name: str) -> Any:
        for definition in operation.variable_definitions or ():
            if definition.variable.name.value == name:
                return type_from_ast(self.schema, definition.type)
        raise KeyError(name)
