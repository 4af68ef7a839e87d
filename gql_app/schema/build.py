"""The GraphQL schema, from the types."""

from functools import cache
from typing import Any

import msgspec
from graphql import GraphQLSchema, is_input_object_type
from strawberry import Schema
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from gql_app.reads.refusals import SCHEMA_FIELDS
from gql_app.schema.arguments import describe_arguments
from gql_app.schema.query import Query
from gql_app.schema.subscription import Subscription
from gql_app.types.activity import Activity
from gql_app.types.change import CustomerChange, FeedGap, FeedProgress, FeedSnapshotEnd
from gql_app.types.loyalty import LoyaltyTier
from gql_app.types.redemption import Redemption
from gql_app.types.scalars import SCALARS


class SplicingExecutor(StrawberryGraphQLCoreExecutionContext):
    """Strawberry's executor, which passes on untouched what the database has already completed."""

    def complete_value(self, *args: Any, **kwargs: Any) -> Any:
        result = kwargs["result"] if "result" in kwargs else args[4]
        return result if isinstance(result, msgspec.Raw) else super().complete_value(*args, **kwargs)

    def execute_field(self, parent_type: Any, source: Any, field_details_list: Any, *place: Any) -> Any:
        node = field_details_list[0].node
        if node.name.value in SCHEMA_FIELDS:
            key = node.alias.value if node.alias else node.name.value
            if self.context_value.hides(key, node.name.value):
                return None
        return super().execute_field(parent_type, source, field_details_list, *place)


@cache
def build_schema() -> Schema:
    """The schema that `schema.graphql` shows; nobody changes it once it is built."""
    schema = Schema(
        query=Query,
        subscription=Subscription,
        types=[Activity, CustomerChange, FeedGap, FeedProgress, FeedSnapshotEnd, LoyaltyTier, Redemption],
        config=StrawberryConfig(scalar_map=SCALARS),
    )
    describe_arguments(schema._schema)
    _enforce_one_of(schema._schema)
    return schema


def _enforce_one_of(schema: GraphQLSchema) -> None:
    """Strawberry leaves it to a rule of its own to refuse inputs with two members where one is meant; graphql-core
    does so in documents and in variables once it is told.
    """
    for kind in schema.type_map.values():
        if is_input_object_type(kind):
            kind.is_one_of = kind.extensions["strawberry-definition"].is_one_of


@cache
def printed(schema: Schema) -> str:
    """The text of `schema.graphql`."""
    return schema.as_str() + "\n"
