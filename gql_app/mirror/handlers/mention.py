"""What events say of customers in passing."""

from collections.abc import Iterator

from gql_app.mirror.facts import Fact
from gql_app.mirror.handlers import on
from gql_app.mirror.handlers.customer import mentioned_customer, simple_customer
from gql_app.mirror.handlers.loyalty import CARD_EVENTS
from gql_app.voucherify.event import Event
from gql_app.voucherify.values import identifier, person, table

PEOPLE = ("customer", "holder", "referrer")


@on(
    "customer.custom_event",
    "customer.holder.assignment.created",
    "customer.holder.assignment.deleted",
    "customer.referred",
    "customer.voucher.gift.balance_added",
    "manual_distribution_schedule",
    "voucher.deleted",
    "voucher.gift.balance_added",
    "voucher.gift.transaction.created",
    *CARD_EVENTS,
)
def people_mentioned(event: Event) -> Iterator[Fact]:
    """Whoever the event is about: a few fields, or only an id. The event itself becomes their activity."""
    for name in PEOPLE:
        yield from simple_customer(person(event.data.get(name)), event.project_id)
    yield from mentioned_customer(identifier(table(event.data.get("voucher")).get("holder_id")))
