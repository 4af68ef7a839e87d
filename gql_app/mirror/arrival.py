"""A delivery, understood as far as it could be before its turn to be written."""

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Literal

from gql_app.errors import Unreadable
from gql_app.mirror.facts import Fact, Put, Seen
from gql_app.mirror.handlers import understand
from gql_app.voucherify.event import Event, decode, fingerprint, read_event
from gql_app.voucherify.values import identifier, person, storable, table
from models import Customer

Verdict = Literal["applied", "stale", "duplicate", "unmapped", "quarantined", "discarded"]
Source = Literal["WEBHOOK", "RECONCILE", "BACKFILL", "IMPORT", "ADMIN"]


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of an arrival; the reason is given where it was put aside.

    `event` is its number in the inbox, `position` that of the last change it made; `commit` is whatever whoever watches
    the writer calls the commit.
    """

    verdict: Verdict
    reason: str | None = None
    event: int | None = None
    position: int | None = None
    commit: Any = None


FETCHED = "customer.fetched"
"""Who is told of so was seen at Voucherify."""

TRIED_AGAIN = 3600 * 1_000_000
"""For how long after an event we may count on its being sent again, in microseconds: of the thirteen times that
Voucherify tries before it switches the webhook off, seven are in the first hour.
"""

CLAIMS_SHRINK = 1000
"""Claimed times, divided by this, end in 1978: Voucherify began in 2014."""


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
    is_strict: bool = False
    customer_id: str | None = None
    """The customer the event is about."""

    @property
    def is_unnamed(self) -> bool:
        """Whether neither a send-out's id nor a time tells it from others."""
        event = self.event
        return event is not None and event.is_undated and event.sendout_id is None

    @property
    def comes_again(self) -> bool:
        """Whether its sender, told to, will send it again before it is too late for its webhook."""
        said = self.event.happened_at if self.event else None
        return self.source == "WEBHOOK" and said is not None and abs(self.received_at - said) < TRIED_AGAIN

    @property
    def happened_at(self) -> int:
        """When the event happened; where nobody says, when we heard of it, as exactly as the inbox knows."""
        said = self.event.happened_at if self.event else None
        return heard_at(self.received_at) if said is None else said

    @property
    def place(self) -> int:
        """Where its telling stands among others: the time that it happened.

        A time that cannot be true puts it before everything that is dated rightly, and among its like in the
        order that they claim: never where it happened to arrive.
        """
        claimed = self.event.claimed_at if self.event else None
        return self.happened_at if claimed is None else claimed // CLAIMS_SHRINK

    @property
    def note(self) -> str | None:
        """What the keeper should know of it."""
        return self.reason or (self.event.skew if self.event else None)

    @property
    def content(self) -> str:
        """A hash of what it says, the same however it was sent."""
        event = self.event
        return fingerprint([event.type, event.id, event.happened_at, event.data] if event else self.body_hash)

    def about(self, noun: str) -> str | None:
        """The id of the order, customer, ... that the event carries."""
        return _id_of(table(self.event.data.get(noun))) if self.event else None

    @property
    def entity_id(self) -> str | None:
        """What a bare event without a time is about."""
        return self.about("order") or self.customer_id


def receive(
    body: bytes,
    received_at: int,
    bare_type: str | None = None,
    source: Source = "WEBHOOK",
    seen_at: str | None = None,
) -> Arrival:
    """Never raises: what cannot be understood is kept with the reason. `seen_at` is when Voucherify answered, where we
    asked it for a customer.
    """
    try:
        said, is_strict = decode(body)
        event = read_event(said, heard_at(received_at), bare_type)
    except Unreadable as wrong:
        return replace(_unread(body, received_at, bare_type, wrong), source=source)
    is_repeatable = event.sendout_id is not None and not event.is_test
    body_hash = sha256(body).hexdigest() if is_repeatable else fingerprint(said)
    key = _key(event, body_hash, received_at, bare_type)
    facts, reason = (None, None) if event.is_test else _understood(event, seen_at)
    who = _customer_in(event.data)
    return Arrival(body, body_hash, received_at, key, event.type, event, facts, reason, source, is_strict, who)


def _customer_in(data: dict[str, Any]) -> str | None:
    return (
        _id_of(table(data.get("customer")))
        or _id_of(person(data.get("holder")))
        or identifier(table(data.get("voucher")).get("holder_id"))
    )


def _id_of(said: dict[str, Any]) -> str | None:
    return identifier(said.get("id"))


def heard_at(received_at: int) -> int:
    """When it was received, as exactly as the inbox keeps it."""
    return received_at // 1000 * 1000


def _unread(body: bytes, received_at: int, bare_type: str | None, wrong: Unreadable) -> Arrival:
    body_hash = sha256(body).hexdigest()
    reason = storable(str(wrong))
    return Arrival(
        body, body_hash, received_at, f"body::{body_hash}", identifier(bare_type) or "unknown", reason=reason
    )


def _key(event: Event, body_hash: str, received_at: int, bare_type: str | None) -> str:
    """What a repeat has in common with the first: the send-out's id, else what it says; never where
    nothing dates it.
    """
    if event.sendout_id is not None and not event.is_test:
        return f"{event.project_id or ''}:{event.sendout_id}"
    key = f"body:{bare_type or ''}:{body_hash}"
    return f"{key}:{received_at}" if event.is_undated and not event.is_test else key


def _understood(event: Event, seen_at: str | None) -> tuple[tuple[Fact, ...] | None, str | None]:
    """Its facts, or why they could not be told."""
    try:
        facts = understand(event)
    except Unreadable as wrong:
        return None, str(wrong)
    except Exception as bug:  # a handler's fault must not stop the others' events
        return None, f"handler failed: {type(bug).__name__}"
    if facts is not None and seen_at is not None and event.type == FETCHED:
        facts += [Seen(Customer, whole.id, {}, at=seen_at) for whole in facts[:1] if isinstance(whole, Put)]
    return None if facts is None else tuple(facts), None
