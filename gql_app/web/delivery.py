"""One delivery, as whoever watches the webhook's door is told of it."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from gql_app.errors import SignatureMismatch, SignatureMissing
from gql_app.mirror.arrival import Arrival, Settled
from gql_app.mirror.handlers import HANDLERS
from gql_app.mirror.reasons import kind_of
from gql_app.web.headers import Fields

NAMED = re.compile(r"[a-z]{2,8}_[0-9A-Za-z]{1,64}")
"""How Voucherify's ids look: anything else in their place may be anybody's words."""

FAILURES: dict[type[Exception], str] = {SignatureMismatch: "mismatch", SignatureMissing: "missing"}


@dataclass(slots=True)
class Delivery:
    """What is known of it so far; `began` is nanoseconds since 1970, `key` which secret signed it."""

    began: int = field(default_factory=time.time_ns)
    fields: Fields = field(default_factory=dict)
    key: int | None = None
    arrival: Arrival | None = None
    settled: Settled | None = None
    error: Exception | None = None
    code: str | None = None
    """The code it was refused with."""

    @property
    def id(self) -> str | None:
        """The send-out's id, where it looks like one."""
        event = self.arrival.event if self.arrival else None
        sendout = event.sendout_id if event else None
        return sendout if sendout and NAMED.fullmatch(sendout) else None

    @property
    def type(self) -> str | None:
        """The event's type; `other` where it is none that we know: it may be anybody's words."""
        if self.arrival is None:
            return None
        return self.arrival.event_type if self.arrival.event_type in HANDLERS else "other"

    @property
    def kind(self) -> str | None:
        """Why it was set aside."""
        settled = self.settled
        is_aside = settled is not None and settled.verdict == "quarantined"
        return kind_of(settled.reason or "") if settled and is_aside else None

    @property
    def failure(self) -> str | None:
        """What was wrong with its signature."""
        return next((kind for error, kind in FAILURES.items() if isinstance(self.error, error)), None)


Watch = Callable[[Delivery], None]


def unwatched(_delivery: Delivery) -> None:
    """Nobody watches."""
