"""The GraphQL schema, from the types."""

from typing import Any

import msgspec
import strawberry
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

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


class Schema(strawberry.Schema):
    """Strawberry's schema; what clients do wrong is not logged as our error."""

    def process_errors(self, errors: Any, execution_context: Any = None) -> None:
        """Errors are answered, and logged where they are ours, by `gql_app.schema.engine`."""


def build_schema() -> Schema:
    """The schema that `schema.graphql` shows."""
    return Schema(
        query=Query,
        subscription=Subscription,
        types=[Activity, CustomerChange, FeedGap, FeedProgress, FeedSnapshotEnd, LoyaltyTier, Redemption],
        execution_context_class=SplicingExecutor,
        config=StrawberryConfig(scalar_map=SCALARS),
    )


def printed(schema: Schema) -> str:
    """The text of `schema.graphql`."""
    return schema.as_str() + "\n"
