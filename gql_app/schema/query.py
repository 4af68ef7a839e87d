"""What may be asked once."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from gql_app.reads.declare import Anywhere, Column, One, Page, Pulled, Words
from gql_app.schema.roots import root
from gql_app.types.aggregate import CUSTOMERS_GROUPED, CustomerAggregate, CustomerGroupBy
from gql_app.types.change import After, CustomerChangePage, FeedFilter, Kinds
from gql_app.types.customer import Customer, CustomerConnection
from gql_app.types.filters import CustomersMeant, OrdersMeant
from gql_app.types.loyalty import Campaign, CampaignConnection
from gql_app.types.mirror import Mirror
from gql_app.types.node import Node
from gql_app.types.order import Order, OrderConnection
from gql_app.types.sorting import CustomerSort, OrderSort
from gql_app.types.viewer import Viewer
from models import CustomerWord


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

SEARCH = (
    "Words, at most 8, each of which must begin a word of the customer's name, e-mail address, source id or telephone"
    " number; accents and case do not matter. A number that begins with + is taken as a whole. An empty text is as"
    " none; a text without letters and digits finds nobody."
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

    @root(Page(words=Words(CustomerWord, "customer_id", made_of=("name", "email", "source_id", "phone"))))
    async def customers(  # noqa: PLR0917 - GraphQL's arguments
        self,
        first: int | None = UNSET,
        after: str | None = UNSET,
        last: int | None = UNSET,
        before: str | None = UNSET,
        filter: CustomersMeant = UNSET,
        search: Annotated[str | None, strawberry.argument(description=SEARCH)] = UNSET,
        order_by: list[CustomerSort] | None = UNSET,
    ) -> CustomerConnection:
        """Customers, by id where no order is given, 20 where neither first nor last is."""

    @root(CUSTOMERS_GROUPED)
    async def customers_aggregate(
        self,
        filter: CustomersMeant = UNSET,
        group_by: list[CustomerGroupBy] | None = [],  # noqa: B006 - declared, never run
        first: int | None = 100,
    ) -> list[CustomerAggregate]:
        """Customers counted and summed up by group, the largest group first; all as one where nothing is grouped by.

        Grouped by segment, tier or campaign a customer is in the group of each they have, so that groups may overlap;
        tier and campaign together are those of one standing. Who has none is in the group whose value is null.
        """

    @root(One("{inner}.id = {id}"))
    async def order(self, id: strawberry.ID) -> Order | None:
        """One order."""

    @root(Page())
    async def orders(  # noqa: PLR0917 - GraphQL's arguments
        self,
        first: int | None = UNSET,
        after: str | None = UNSET,
        last: int | None = UNSET,
        before: str | None = UNSET,
        filter: OrdersMeant = UNSET,
        order_by: list[OrderSort] | None = UNSET,
    ) -> OrderConnection:
        """Orders, by id where no order is given, 20 where neither first nor last is."""

    @root(One(when={"id": "{inner}.id = {id}", "name": "{inner}.name = {name}"}))
    async def campaign(self, id: strawberry.ID | None = UNSET, name: str | None = UNSET) -> Campaign | None:
        """One campaign, by id or by name."""

    @root(Page())
    async def campaigns(self, first: int | None = 50, after: str | None = UNSET) -> CampaignConnection:
        """Campaigns by id."""

    @root(Pulled())
    async def customer_changes(
        self, after: After = UNSET, first: int = 100, filter: FeedFilter = UNSET, kinds: Kinds = UNSET
    ) -> CustomerChangePage:
        """The pull twin of the subscription: same items, same cursors, for polling, server rendering and cron."""

    @root(One("{inner}.id = 1"))
    async def mirror(self) -> Mirror:
        """How the mirror is doing."""

    @root(Column())
    async def viewer(self) -> Viewer:
        """You: what you may see and how much you may ask."""
