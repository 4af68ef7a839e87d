"""What may be watched."""

from collections.abc import AsyncGenerator, Callable
from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry import UNSET

from gql_app.reads.declare import KIND, Column, Kind, One
from gql_app.schema.query import BY_REFERENCE, CustomerRef
from gql_app.types.change import After, FeedFilter, FeedItem, Kinds, Snapshot
from gql_app.types.customer import Customer
from gql_app.types.mirror import Mirror


def live(kind: Kind) -> Callable[[Callable[..., Any]], Any]:
    """A field to subscribe to: `schema.watching` answers it, for everyone who asks the same at once."""

    def declare(function: Callable[..., Any]) -> Any:
        return strawberry.subscription(resolver=function, description=function.__doc__, metadata={KIND: kind})

    return declare


@strawberry.type(description="What may be watched.")
class Subscription:
    """What may be watched."""

    @live(Column())
    async def customer_changes(
        self,
        after: After = UNSET,
        snapshot: Snapshot = False,
        filter: FeedFilter = UNSET,
        kinds: Kinds = UNSET,
    ) -> AsyncGenerator[FeedItem, None]:
        """Every change of customers, in order, without gaps; where that cannot be kept, a FeedGap says so."""
        raise elsewhere()
        yield

    @live(BY_REFERENCE)
    async def customer(self, by: CustomerRef) -> AsyncGenerator[Customer | None, None]:
        """The customer at once, then each time something that was selected changes."""
        raise elsewhere()
        yield

    @live(One("{inner}.id = 1"))
    async def mirror(self) -> AsyncGenerator[Mirror, None]:
        """How the mirror is doing, at once and after each change."""
        raise elsewhere()
        yield


def elsewhere() -> GraphQLError:
    """What the engine says where it is asked to run a subscription by itself."""
    return GraphQLError("A subscription needs a stream: a WebSocket, server-sent events or multipart.")
