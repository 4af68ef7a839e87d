"""Customers and orders as a file tells of them, each an event of our own in the envelope that webhooks come in.

So inbox, fold, journal, replay and rebuild treat it as any other; only what counts deliveries leaves it out. What is as
the API would answer is told as if it had been fetched.
"""

from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from gql_app.mirror.arrival import Arrival, Source, receive
from gql_app.voucherify.event import HINT, OURS, decode, fingerprint
from gql_app.voucherify.values import exact_moment_at

Noun = Literal["customer", "order"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Who tells, of which project (None: not spoken of), and whether what is left out is unset (`is_whole`) or just not
    told. A hint is told in part, and gives way to everything told outright.
    """

    source: Source
    project_id: str | None = None
    is_whole: bool = True
    is_hint: bool = False

    def event_type(self, noun: Noun) -> str:
        """What kind of telling it is."""
        if self.is_whole and not self.is_hint:
            return f"{noun}.fetched"
        return f"{OURS}{noun}.{HINT if self.is_hint else 'partial'}"


def told(noun: Noun, said: bytes, origin: Origin, received_at: int, told_at: int | None = None) -> Arrival:
    """An arrival that keeps these bytes, one object's JSON; raises Unreadable where they are none.

    Times are microseconds. `told_at` is as of when it is true. Without it the object's own last change is; where it has
    none either, the telling gives way to all that are dated.
    """
    event_type = origin.event_type(noun)
    content = fingerprint([event_type, told_at, decode(said)[0]])
    event: dict[str, Any] = {"type": event_type}
    if told_at is not None:
        event["created_at"] = exact_moment_at(told_at)
    body = {
        "id": f"mir_{content[:40]}",
        "project_id": origin.project_id,
        "event": event,
        "data": {noun: msgspec.Raw(said)},
    }
    return receive(msgspec.json.encode(body), received_at, source=origin.source)
