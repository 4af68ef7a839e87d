"""What Voucherify says when it is asked. Answers name no project, so nothing is said of it."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from gql_app.mirror.facts import Fact, Put, Rank
from gql_app.mirror.handlers import on
from gql_app.mirror.handlers.campaign import named_campaign, named_tier
from gql_app.mirror.handlers.customer import full_customer
from gql_app.mirror.handlers.order import full_order
from gql_app.mirror.handlers.said import identity
from gql_app.voucherify.event import Event
from gql_app.voucherify.values import moment_at, table
from models import Customer


@on("customer.fetched")
def customer_fetched(event: Event) -> Iterator[Fact]:
    """A customer as Voucherify answered when it was asked."""
    yield from _of_no_project(full_customer(table(event.data.get("customer")), event.project_id), event)


@on("order.fetched")
def order_fetched(event: Event) -> Iterator[Fact]:
    """An order as Voucherify answered when it was asked."""
    yield from _of_no_project(full_order(table(event.data.get("order")), event), event)


@on("campaign.fetched")
def campaign_fetched(event: Event) -> Iterator[Fact]:
    """A campaign as Voucherify answered when it was asked."""
    yield from _of_no_project(named_campaign(event.data.get("campaign"), event), event)


@on("loyalty_tier.fetched")
def tier_fetched(event: Event) -> Iterator[Fact]:
    """A loyalty tier as Voucherify answered when it was asked."""
    yield from _of_no_project(named_tier(event.data.get("loyalty_tier"), event), event)


@on("customer.missing")
def customer_missing(event: Event) -> Iterator[Fact]:
    """A customer of whom Voucherify, when asked, knew nothing any more: deleted by then."""
    customer_id = identity(table(event.data.get("customer")), "customer")
    last = {"deleted_at": moment_at(event.known_at), "completeness": int(Rank.PASSING)}
    yield Put(Customer, customer_id, last, Rank.FULL, final=True)


def _of_no_project(facts: Iterable[Fact], event: Event) -> Iterator[Fact]:
    for fact in facts:
        if event.project_id is None and isinstance(fact, Put) and "project_id" in fact.columns:
            columns = {name: value for name, value in fact.columns.items() if name != "project_id"}
            yield replace(fact, columns=columns)
        else:
            yield fact
