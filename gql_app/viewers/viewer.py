"""Who asks, as every part below the doors knows them."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

SCOPES = ("customers:read", "customers:pii", "orders:read", "events:raw", "schema:read", "mirror:read")
EVERY_SCOPE = frozenset(SCOPES)
USUAL_SCOPES = "customers:read,orders:read,mirror:read,schema:read"
"""What an API key may see unless more is asked for: no personal data and no raw events."""

UNRESTRICTED = "all"
"""The word of who may see everything."""


@dataclass(frozen=True, slots=True)
class Bound:
    """The one customer a viewer may see, by id or by source id; for them no other exists."""

    by: Literal["id", "source_id"]
    value: str


@dataclass(frozen=True)
class Sight:
    """What may be seen. It is part of every plan, of every group that shares an answer, and of every cursor."""

    scopes: frozenset[str] = EVERY_SCOPE
    bound: Bound | None = None

    @cached_property
    def kind(self) -> str:
        """What plans depend on: equal for all who have the same scopes and are bound by the same, whoever to."""
        if self == EVERYTHING:
            return UNRESTRICTED
        return " ".join(sorted(self.scopes)) + (f" {self.bound.by}" if self.bound else "")

    @cached_property
    def word(self) -> str:
        """Stands for it in cursors and keys: equal for equal sights, and says nothing of the customer."""
        if self == EVERYTHING:
            return UNRESTRICTED
        told = repr((sorted(self.scopes), self.bound))
        return hashlib.blake2b(told.encode(), digest_size=8).hexdigest()


EVERYTHING = Sight()


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whoever a token or key names; `expires_at` in Unix seconds, `key_id` where it is an API key."""

    subject: str | None = None
    sight: Sight = EVERYTHING
    expires_at: float | None = None
    key_id: str | None = None


EVERYONE = Viewer()
"""Readers who are not told apart: where no way to authenticate them is set."""
