"""Something that was fetched, and the telling it becomes: an envelope of ours around Voucherify's own bytes."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import msgspec

from gql_app.voucherify.times import is_ahead
from gql_app.voucherify.values import identifier, instant, moment_at

SETTLED = 30_000_000
"""Microseconds after which an answer tells all that had happened: aggregates follow 7 to 19 s after their cause."""


Parts = dict[str, msgspec.Raw]


class _Said(msgspec.Struct):
    id: Any = None
    created_at: Any = None
    updated_at: Any = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """An entity as it came, with an id of its own or one that only tells it from others. Times are microseconds since
    1970, UTC, None where it does not say.
    """

    id: str
    raw: bytes
    created_at: int | None
    updated_at: int | None
    read_at: int

    @property
    def changed_at(self) -> int:
        """When it changed last, as it says itself; when it was read, where it does not or cannot have."""
        said = self.updated_at or self.created_at
        return self.read_at if said is None or is_ahead(said, self.read_at) else said

    @property
    def true_at(self) -> int:
        """Until when it is known to be so: what was read is at least as new as what happened a while before."""
        return max(self.changed_at, self.read_at - SETTLED)


def fetched(raw: bytes, read_at: int) -> Fetched:
    """Never raises: what has no id is told as well, so that it is kept and seen among what nobody understood."""
    try:
        said = msgspec.json.decode(raw, type=_Said)
    except msgspec.MsgspecError:
        said = _Said()
    found = identifier(said.id) or f"?{sha256(raw).hexdigest()[:16]}"
    return Fetched(found, _without_assets(raw), instant(said.created_at), instant(said.updated_at), read_at)


def telling(kind: str, one: Fetched, at: int) -> bytes:
    """Says what was fetched, as of `at`; the same told as of the same time is the same telling."""
    when = moment_at(at)
    number = sha256(b"%s %s %s" % (kind.encode(), when.encode(), one.raw)).hexdigest()[:32]
    return _enveloped(f"fetched_{number}", f"{kind}.fetched", when, b'{"%s":%s}' % (kind.encode(), one.raw))


def missing(customer_id: str, at: int) -> bytes:
    """Says that there is no such customer any more."""
    when = moment_at(at)
    number = sha256(f"{customer_id} {when}".encode()).hexdigest()[:32]
    said = msgspec.json.encode({"customer": {"id": customer_id}})
    return _enveloped(f"missing_{number}", "customer.missing", when, said)


def _enveloped(name: str, event_type: str, when: str, data: bytes) -> bytes:
    """The id is made of what is said, so that saying it again is a repeat."""
    event = f'{{"id":"{name}","type":"{event_type}","created_at":"{when}"}}'
    return b'{"id":"%s","event":%s,"data":%s}' % (name.encode(), event.encode(), data)


def _without_assets(raw: bytes) -> bytes:
    """Links to a customer's cockpit hold a token that opens it: it must not be kept."""
    if b'"assets"' not in raw or not raw.lstrip().startswith(b"{"):
        return raw
    said = msgspec.json.decode(raw, type=Parts)
    return msgspec.json.encode({name: value for name, value in said.items() if name != "assets"})
