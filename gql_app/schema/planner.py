"""From a request to the statements that answer it, remembered by what they depend on."""

from dataclasses import dataclass
from typing import Any

from graphql import GraphQLObjectType, GraphQLSchema

from gql_app.errors import RequestRefused
from gql_app.reads.declare import Pulled
from gql_app.reads.plan import Document, Selected, plan_field, plan_root
from gql_app.reads.sql import Statement, compile_root
from gql_app.reads.values import Variables, outline
from gql_app.schema.answers import formatted
from gql_app.schema.asked import Asked, Reception
from gql_app.schema.cost import Charge, Costing
from gql_app.schema.introspection import ROOTS, SchemaCosting
from gql_app.schema.library import Library
from gql_app.schema.remembered import Remembered
from gql_app.schema.request import Request
from gql_app.schema.viewer import stated

REMEMBERED = 1024
MOST_TEXT = 20_000_000
"""Characters of all remembered documents and statements together."""

Source = Statement | Selected | bytes
"""How a root field is answered: by its statement, by the journal as selected or, where no row is needed, by a value."""

Field = tuple[bytes, Source]
"""A root field's encoded key, and how it is answered."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A query's root fields, None where the engine must execute it, and what they cost."""

    fields: tuple[Field, ...] | None
    fixed: int = 0
    varying: tuple[Charge, ...] = ()

    def cost(self, variables: Variables) -> int:
        """How many rows one request may touch at most."""
        return self.fixed + sum(charge.varying(variables) for charge in self.varying)


class Planner:
    """Knows the schema and the dialect."""

    def __init__(self, schema: GraphQLSchema, library: Library, dialect: str, viewer: dict[str, Any]) -> None:
        self.schema = schema
        self.library = library
        self._reception = Reception(schema, library)
        self.limits = library.documents.limits
        self.dialect = dialect
        self.max_page = self.limits.page_size
        self._viewer = viewer
        self._costing = Costing(self.max_page)
        self._schema_costing = SchemaCosting(schema)
        self._plans: Remembered[Plan] = Remembered(REMEMBERED, MOST_TEXT, _length)

    def asked(self, request: Request) -> Asked:
        """Raises RequestRefused with every reason why it cannot be executed."""
        return self._reception.asked(request)

    def plan(self, asked: Asked) -> Plan:
        """The plan of a query; raises RequestRefused where it may touch too many rows."""
        plan = self._plans.get(asked.key, lambda: self._plan(asked))
        cost = plan.cost(asked.variables)
        if cost > self.limits.cost:
            raise self._too_dear(cost)
        return plan

    def _plan(self, asked: Asked) -> Plan:
        root = self.schema.query_type
        if asked.kind != "query" or root is None:
            return Plan(None)
        selection = plan_root(self.document(asked), asked.operation.selection_set, root)
        charges = [self._costing.charge(selected) for selected in selection.fields]
        fixed, varying = sum(one.fixed for one in charges), tuple(one for one in charges if one.each)
        if any(selected.name in ROOTS for selected in selection.fields):
            fixed += self._schema_costing.cost(asked.operation.selection_set, asked.prepared.fragments)
            return Plan(None, fixed, varying)
        fields = tuple(map(self._field, selection.fields)) if fixed <= self.limits.cost else None
        return Plan(fields, fixed, varying)

    def _field(self, selected: Selected) -> Field:
        return b'"' + selected.key.encode() + b'"', self._source(selected)

    def _source(self, selected: Selected) -> Source:
        if selected.name == "__typename":
            return b'"Query"'
        if selected.name == "viewer":
            return stated(selected, self._viewer)
        if isinstance(selected.kind, Pulled):
            return selected
        return compile_root(selected, self.dialect, self.max_page)

    def subscribed(self, asked: Asked) -> Selected:
        """The one root field of a subscription; raises RequestRefused where one answer may touch too many rows."""
        root = self.schema.subscription_type
        assert root is not None
        selected = plan_root(self.document(asked), asked.operation.selection_set, root).fields[0]
        cost = self._costing.charge(selected).rows(asked.variables)
        if cost > self.limits.cost:
            raise self._too_dear(cost)
        return selected

    def cost_of(self, selected: Selected, variables: Variables) -> int:
        """How many rows one answer to a root field may touch at most."""
        return self._costing.charge(selected).rows(variables)

    def cost_of_field(self, info: Any, asked: Asked) -> int:
        """The same for a root field that the engine executes."""
        parent: GraphQLObjectType = info.parent_type
        return self.cost_of(plan_field(self.document(asked), parent, list(info.field_nodes)), asked.variables)

    def _too_dear(self, cost: int) -> RequestRefused:
        return RequestRefused([formatted(self.limits.exceeded("cost", cost))])

    def document(self, asked: Asked) -> Document:
        """What planning needs of a request."""
        outlines = {name: outline(value, asked.kinds[name], (name,)) for name, value in asked.variables.items()}
        return Document(self.schema, asked.prepared.fragments, outlines)

    def single(self, info: Any, asked: Asked) -> Source:
        """What answers a root field that the engine executes."""
        parent: GraphQLObjectType = info.parent_type
        selected = plan_field(self.document(asked), parent, list(info.field_nodes))
        self.limits.check(cost=self._costing.charge(selected).rows(asked.variables))
        return self._source(selected)


def _length(key: tuple[str, Any, Any], plan: Plan) -> int:
    sources = (source for _, source in plan.fields or ())
    return len(key[0]) + sum(len(source.sql) for source in sources if isinstance(source, Statement))
