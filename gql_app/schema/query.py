"""What may be asked once."""

import strawberry
from strawberry import UNSET

from gql_app.reads.declare import Anywhere, One, Page
from gql_app.schema.roots import root
from gql_app.types.customer import Customer, CustomerConnection
from gql_app.types.loyalty import Campaign, CampaignConnection
from gql_app.types.mirror import Mirror
from gql_app.types.node import Node
from gql_app.types.order import Order, OrderConnection


@strawberry.input(one_of=True, description="One way of naming a customer; exactly one must be given.")
class CustomerRef:
    """One way of naming a customer."""

    id: strawberry.Maybe[strawberry.ID] = strawberry.field(description="Voucherify's id.")
    source_id: strawberry.Maybe[str] = strawberry.field(description="The merchant's own id.")
    email: strawberry.Maybe[str] = strawberry.field(
        description="The living customer with this address: null where there is none, an error where there are several."
    )


BY_REFERENCE = One(
    when={
        "by_id": "{inner}.id = {by_id}",
        "by_sourceId": "{inner}.source_id = {by_sourceId} AND {inner}.deleted_at IS NULL",
        "by_email": "{inner}.email = {by_email} AND {inner}.deleted_at IS NULL",
    },
    order="{inner}.created_at DESC NULLS LAST, {inner}.id",
    sole="by_email",
)


@strawberry.type(description="What may be asked once.")
class Query:
    """What may be asked once."""

    @root(Anywhere("id"))
    async def node(self, id: strawberry.ID) -> Node | None:
        """Anything with an id; null where nothing has it."""

    @root(Anywhere("ids", several=True))
    async def nodes(self, ids: list[strawberry.ID]) -> list[Node | None]:
        """Several things by id, in the order asked; null where nothing has the id."""

    @root(BY_REFERENCE)
    async def customer(self, by: CustomerRef) -> Customer | None:
        """One customer. By id also a deleted one, with deletedAt set; by sourceId and email only living ones."""

    @root(Page("{inner}.deleted_at IS NULL"))
    async def customers(
        self,
        first: int | None = UNSET,
        after: str | None = UNSET,
        last: int | None = UNSET,
        before: str | None = UNSET,
    ) -> CustomerConnection:
        """Living customers by id, 20 where neither first nor last is given."""

    @root(One("{inner}.id = {id}"))
    async def order(self, id: strawberry.ID) -> Order | None:
        """One order."""

    @root(Page())
    async def orders(
        self,
        first: int | None = UNSET,
        after: str | None = UNSET,
        last: int | None = UNSET,
        before: str | None = UNSET,
    ) -> OrderConnection:
        """Orders by id, 20 where neither first nor last is given."""

    @root(One(when={"id": "{inner}.id = {id}", "name": "{inner}.name = {name}"}))
    async def campaign(self, id: strawberry.ID | None = UNSET, name: str | None = UNSET) -> Campaign | None:
        """One campaign, by id or by name."""

    @root(Page())
    async def campaigns(self, first: int | None = 50, after: str | None = UNSET) -> CampaignConnection:
        """Campaigns by id."""

    @root(One("{inner}.id = 1"))
    async def mirror(self) -> Mirror:
        """How the mirror is doing."""
