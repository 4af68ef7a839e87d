"""What exists for a viewer who is bound to one customer: as if no other did.

Each table that a statement names is put behind a view of the table's own name, which has only what is theirs. So it
holds wherever a table is named, also where nobody thought of it; a table without a rule has no rows for them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

import models
from gql_app.reads.criteria import All, Compared, Criterion, Not, Stored
from gql_app.reads.values import Slot
from models.base import Beneath, Model

if TYPE_CHECKING:
    from gql_app.reads.builder import Builder

ALL_TOLD = "all_told"
"""The journal as it is, for who shows of others' changes no more than that somebody is no longer theirs."""

SCOPE = "@scope"
CUSTOMER = "@customer"
"""Names of variables that no request can send: the sight's word for cursors, and whom a viewer is bound to."""

EVERY = "TRUE"
NONE = "FALSE"
OWN = "customer_id={who}"
KEPT: dict[type[Model], str] = {
    models.Customer: "id={who}",
    models.CustomerWord: OWN,
    models.OrderItem: 'order_id IN (SELECT id FROM {here}"order" WHERE customer_id={who})',
    models.InboxEvent: OWN,
    models.JournalEntry: OWN,
    models.Campaign: (
        "name IN (SELECT name FROM {here}loyalty_campaign WHERE customer_id={who})"
        " OR id IN (SELECT campaign_id FROM {here}redemption WHERE customer_id={who})"
        " OR id IN (SELECT campaign_id FROM {here}referral WHERE customer_id={who})"
        " OR id IN (SELECT campaign_id FROM {here}inbox WHERE customer_id={who})"
    ),
    models.LoyaltyTier: "id IN (SELECT tier_id FROM {here}loyalty_campaign WHERE customer_id={who})",
    models.Segment: "id IN (SELECT segment_id FROM {here}customer_segment WHERE customer_id={who})",
    models.MirrorState: EVERY,
    models.ApiKey: NONE,
    models.SyncMark: NONE,
}
"""Which rows there are for them: their own, and of what is nobody's what their own rows speak of."""

LIVING = (
    "who AS MATERIALIZED (SELECT id FROM {here}customer WHERE source_id={value} AND deleted_at IS NULL"
    " ORDER BY created_at DESC NULLS LAST, id LIMIT 1)"
)
"""Whom a source id names: the same customer whom `customer(by: {sourceId: ...})` finds."""


@dataclass(frozen=True, slots=True)
class Fence:
    """By what a viewer is bound to their customer; whoever that is stands in each request's variables."""

    by: Literal["id", "source_id"]

    def who(self, builder: "Builder") -> str:
        """The customer's id as an expression; null where there is no such customer."""
        return self._value(builder) if self.by == "id" else "(SELECT id FROM who)"

    def views(self, builder: "Builder", sql: str) -> Iterator[str]:
        """The views that stand before every table that the statement may name."""
        here, words = builder.speech.here, set(re.findall(r"\w+", sql))
        named = {table: kept for table, kept in rules().items() if table in words and kept != EVERY}
        if ALL_TOLD in words:
            yield f"{ALL_TOLD} AS NOT MATERIALIZED (SELECT * FROM {here}journal)"
        if not named and "who" not in words:
            return
        if self.by == "source_id":
            yield LIVING.format(here=here, value=self._value(builder))
        who = self.who(builder) if named else ""
        for table, kept in named.items():
            rows = f'SELECT * FROM {here}"{table}" WHERE {kept.format(here=here, who=who)}'
            yield f'"{table}" AS NOT MATERIALIZED ({rows})'

    def _value(self, builder: "Builder") -> str:
        return builder.known(CUSTOMER)


@cache
def rules() -> dict[str, str]:
    """What is kept of each table there is."""
    every = (one for one in vars(models).values() if isinstance(one, type) and issubclass(one, Model))
    return {model._meta.db_table: KEPT.get(model, OWN if issubclass(model, Beneath) else NONE) for model in every}


def owned(fence: Fence) -> Criterion:
    """That a customer is theirs, or carries the source id that theirs has."""
    named = Compared(Stored(fence.by, "text"), "eq", Slot((CUSTOMER,)))
    if fence.by == "id":
        return named
    return All((named, Not(Compared(Stored("deleted_at", "text"), "present"))))


@dataclass(frozen=True, slots=True)
class Reach:
    """How far somebody sees who may not see everything: up to a fence, where they are bound to a customer."""

    fence: Fence | None = None
