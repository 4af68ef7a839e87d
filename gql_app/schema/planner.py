"""From a request to the statements that answer it, remembered by what they depend on."""

from dataclasses import dataclass
from typing import Any

from graphql import GraphQLObjectType, GraphQLSchema
from strawberry.utils.str_converters import to_camel_case

from gql_app.errors import RequestRefused
from gql_app.reads.declare import Hidden, Pulled
from gql_app.reads.plan import Document, Selected, Selection, plan_field, plan_root
from gql_app.reads.refusals import Restriction
from gql_app.reads.rules import Rules
from gql_app.reads.sql import Statement, compile_root
from gql_app.reads.values import Variables, outline
from gql_app.schema.answers import formatted
from gql_app.schema.asked import Asked, Reception
from gql_app.schema.cost import Charge, Costing
from gql_app.schema.introspection import ROOTS, SchemaCosting
from gql_app.schema.library import Library
from gql_app.schema.remembered import Remembered
from gql_app.schema.request import Request
from gql_app.schema.sights import Seen, seen
from gql_app.schema.viewer import Stated

REMEMBERED = 1024
PERSONAL = "customers:pii"
MOST_TEXT = 20_000_000
"""Characters of all remembered documents and statements together."""

Source = Statement | Selected | Stated | bytes
"""How a root field is answered: by its statement, by the journal as selected, by what is known of whoever asks; or,
where no row is needed, by a value.
"""

Field = tuple[bytes, Source]
"""A root field's encoded key, and how it is answered."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A query's root fields, None where the engine must execute it, and what they cost.

    `refused` are the errors of what the viewer may not see; `is_nothing` says that all of the answer is null for them.
    """

    fields: tuple[Field, ...] | None
    fixed: int = 0
    varying: tuple[Charge, ...] = ()
    names: tuple[str, ...] = ()
    """The root fields by their names in the schema, for whoever measures them."""
    refused: tuple[dict[str, Any], ...] = ()
    is_nothing: bool = False

    def cost(self, variables: Variables) -> int:
        """How many rows one request may touch at most."""
        return self.fixed + sum(charge.varying(variables) for charge in self.varying)


class Planner:
    """Knows the schema and the dialect."""

    def __init__(self, schema: GraphQLSchema, library: Library, dialect: str, viewer: dict[str, Any]) -> None:
        self.schema = schema
        self.rules = Rules(schema)
        self.library = library
        self._reception = Reception(schema, library)
        self.limits = library.documents.limits
        self.dialect = dialect
        self.max_page = self.limits.page_size
        self._viewer = viewer
        self._costing = Costing(self.max_page)
        self._schema_costing = SchemaCosting(schema)
        self._personal: Remembered[bool] = Remembered(REMEMBERED)
        self.plans: Remembered[Plan] = Remembered(REMEMBERED, MOST_TEXT, _length)

    def asked(self, request: Request) -> Asked:
        """Raises RequestRefused with every reason why it cannot be executed."""
        return self._reception.asked(request)

    def plan(self, asked: Asked) -> Plan:
        """The plan of a query; raises RequestRefused where it may touch too many rows."""
        plan = self.plans.get(asked.key, lambda: self._plan(asked))
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
        found = seen(self.rules, asked.viewer.sight, root, selection)
        if found.fields is None:
            return Plan((), fixed, varying, refused=found.errors, is_nothing=True)
        if any(selected.name in ROOTS and selected.kind is None for selected in found.fields):
            fixed += self._schema_costing.cost(asked.operation.selection_set, asked.prepared.fragments)
            return Plan(None, fixed, varying)
        fields = tuple(map(self._field, found.fields)) if fixed <= self.limits.cost else None
        names = tuple(_shown(one.name) for one in found.fields)
        return Plan(fields, fixed, varying, names, found.errors)

    def _field(self, selected: Selected) -> Field:
        return b'"' + selected.key.encode() + b'"', self._source(selected)

    def _source(self, selected: Selected) -> Source:
        if isinstance(selected.kind, Hidden):
            return b"null"
        if selected.name == "__typename":
            return b'"Query"'
        if selected.name == "viewer":
            return Stated(selected, self._viewer)
        if isinstance(selected.kind, Pulled):
            return selected
        return compile_root(selected, self.dialect, self.max_page)

    def subscribed(self, asked: Asked) -> Seen:
        """The one root field of a subscription; raises RequestRefused where one answer may touch too many rows, or
        where the viewer may see nothing of it.
        """
        root = self.schema.subscription_type
        assert root is not None
        selection = plan_root(self.document(asked), asked.operation.selection_set, root)
        cost = self._costing.charge(selection.fields[0]).rows(asked.variables)
        if cost > self.limits.cost:
            raise self._too_dear(cost)
        found = seen(self.rules, asked.viewer.sight, root, selection)
        if not found.fields or isinstance(found.fields[0].kind, Hidden):
            raise RequestRefused(list(found.errors))
        return found

    def is_personal(self, asked: Asked) -> bool:
        """Whether its answer shows personal data: whether something of it would be refused to who may not see any."""
        return self._personal.get(asked.key, lambda: self._shows_personal(asked))

    def _shows_personal(self, asked: Asked) -> bool:
        root = self.schema.get_root_type(asked.operation.operation)
        if root is None or PERSONAL not in asked.viewer.sight.scopes:
            return False
        restriction = Restriction(self.rules, asked.viewer.sight.scopes - {PERSONAL})
        restriction.selection(root, plan_root(self.document(asked), asked.operation.selection_set, root))
        return any(PERSONAL in refusal.scopes for refusal in restriction.refusals)

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
        values = asked.variables
        outlines = {name: outline(values[name], kind, (name,)) for name, kind in asked.kinds.items() if name in values}
        return Document(self.schema, asked.prepared.fragments, outlines)

    def single(self, info: Any, asked: Asked) -> tuple[Source | None, tuple[dict[str, Any], ...]]:
        """What answers a root field that the engine executes, None where the viewer may see nothing of what is asked;
        and the errors of what they may not see.
        """
        parent: GraphQLObjectType = info.parent_type
        selected = plan_field(self.document(asked), parent, list(info.field_nodes))
        self.limits.check(cost=self._costing.charge(selected).rows(asked.variables))
        found = seen(self.rules, asked.viewer.sight, parent, Selection(parent.name, None, (selected,)))
        return self._source(found.fields[0]) if found.fields else None, found.errors

    def seen_of_schema(self, asked: Asked, key: str, name: str) -> Seen:
        """What the viewer may see of a root field of introspection that the engine executes."""
        selection = Selection("Query", None, (Selected(key, name, None, {}),))
        assert self.schema.query_type is not None
        return seen(self.rules, asked.viewer.sight, self.schema.query_type, selection)


def _shown(name: str) -> str:
    return name if name.startswith("__") else to_camel_case(name)


def _length(key: tuple[str, Any, Any, str], plan: Plan) -> int:
    sources = (source for _, source in plan.fields or ())
    return len(key[0]) + sum(len(source.sql) for source in sources if isinstance(source, Statement))
