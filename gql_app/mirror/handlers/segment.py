"""What events say about segments."""

from collections.abc import Iterator

from gql_app.mirror.facts import Fact, Put, Rank
from gql_app.mirror.handlers import on
from gql_app.mirror.handlers.customer import full_customer, simple_customer
from gql_app.mirror.handlers.said import derived, identity
from gql_app.voucherify.event import Event
from gql_app.voucherify.values import key, moment_at, table
from models import CustomerSegment, Segment


@on("customer.segment.entered", "customer.segment.left")
def moved(event: Event) -> Iterator[Fact]:
    """A customer entered or left a segment; these events carry the full customer."""
    customer = table(event.data.get("customer"))
    customer_id = identity(customer, "customer")
    segment = table(event.data.get("segment"))
    segment_id = identity(segment, "segment")
    is_full = any(isinstance(customer.get(part), dict) for part in ("summary", "loyalty", "referrals"))
    yield from (full_customer if is_full else simple_customer)(customer, event.project_id)
    yield Put(Segment, segment_id, {"name": key(segment.get("name"))}, Rank.FULL)
    entered = event.type.endswith(".entered")
    columns = {
        "customer_id": customer_id,
        "segment_id": segment_id,
        "present": entered,
        "entered_at": moment_at(event.happened_at) if entered and event.happened_at else None,
    }
    yield Put(CustomerSegment, derived("cseg", customer_id, segment_id), columns, Rank.FULL)
