"""A delivery, understood as far as it could be before its turn to be written."""

from dataclasses import dataclass
from typing import Literal

from gql_app.errors import Unreadable
from gql_app.mirror.facts import Fact
from gql_app.mirror.handlers import understand
from gql_app.voucherify.event import Event, fingerprint, read_event
from gql_app.voucherify.values import identifier, table

Verdict = Literal["applied", "stale", "duplicate", "unmapped", "quarantined"]
Source = Literal["WEBHOOK", "RECONCILE", "BACKFILL", "IMPORT", "ADMIN"]


@dataclass(frozen=True, slots=True, eq=False)
class Arrival:
    """The bytes, what they say, or why they could not be understood. `received_at` is microseconds, UTC."""

    body: bytes
    body_hash: str
    received_at: int
    key: str
    event_type: str
    event: Event | None = None
    facts: tuple[Fact, ...] | None = None
    reason: str | None = None
    source: Source = "WEBHOOK"

    @property
    def is_timeless(self) -> bool:
        """Whether only its arrival says when it happened."""
        return self.event is not None and self.event.happened_at is None

    @property
    def happened_at(self) -> int:
        """When the event happened; where nobody says, when we heard of it."""
        said = self.event.happened_at if self.event else None
        return self.received_at if said is None else said

    def about(self, noun: str) -> str | None:
        """The id of the order, customer, ... that the event carries."""
        return identifier(table(self.event.data.get(noun)).get("id")) if self.event else None

    @property
    def customer_id(self) -> str | None:
        """The customer the event is about."""
        return self.about("customer") or self.about("holder")

    @property
    def entity_id(self) -> str | None:
        """What a bare event without a time is about."""
        return self.about("order") or self.customer_id


def receive(body: bytes, received_at: int, bare_type: str | None = None) -> Arrival:
    """Never raises: what cannot be understood is kept with the reason."""
    body_hash = fingerprint(body)
    unkeyed = f"body:{bare_type or ''}:{body_hash}"
    try:
        event = read_event(body, bare_type)
    except Unreadable as wrong:
        return Arrival(body, body_hash, received_at, unkeyed, bare_type or "unknown", reason=str(wrong))
    key = f"{event.project_id or ''}:{event.sendout_id}" if event.sendout_id else unkeyed
    if event.sendout_id is None and event.happened_at is None:
        key = f"{unkeyed}:{received_at}"
    if event.is_test:
        return Arrival(body, body_hash, received_at, unkeyed, event.type, event)
    try:
        facts = understand(event)
    except Unreadable as wrong:
        return Arrival(body, body_hash, received_at, key, event.type, event, reason=str(wrong))
    except Exception as bug:  # a handler's fault must not stop the others' events
        reason = f"handler failed: {type(bug).__name__}"
        return Arrival(body, body_hash, received_at, key, event.type, event, reason=reason)
    return Arrival(
        body, body_hash, received_at, key, event.type, event, None if facts is None else tuple(facts)
    )
