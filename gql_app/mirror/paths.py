"""What a stored column is called in the journal: the path a client would ask for it by."""

from collections.abc import Mapping
from typing import Any

from models.base import Mirrored

HIDDEN = {"project_id", "customer_id", "loyalty_told", "referrals_told", "currency", "position", "order_id", "words"}
"""Columns that no client sees as such."""

IDENTITY = {"LoyaltyCampaign": {"name"}, "Consent": {"consent_id"}, "CustomerSegment": {"segment_id"}}
"""Columns that are already in the row's own path."""

SHOWN_AS_ID = {"Consent": "consent_id", "CustomerSegment": "segment_id"}
"""Columns that clients see as the row's id, where that is not the row's own."""

RANK = "freshness.completeness"
COMPLETENESS = ("STUB", "PARTIAL", "FULL")


def column_path(model: type[Mirrored], column: str) -> str | None:
    """`summary_orders_total_count` is `summary.orders.totalCount`; None where no client sees it."""
    if column.endswith("[]") or column in HIDDEN or column in IDENTITY.get(model.__name__, ()):
        return None
    if column == "completeness":
        return RANK
    for part in model.parts:
        prefix = snake(part.replace(".", "_")) + "_"
        if column.startswith(prefix):
            return f"{part}.{camel(column.removeprefix(prefix))}"
    return camel(column)


def shown_id(model: type[Mirrored], values: Mapping[str, Any]) -> str | None:
    """The id by which clients know a row beneath a customer; None where it has none, as lines of an order."""
    if not model.path or "{position}" in model.path:
        return None
    value: str = values[SHOWN_AS_ID.get(model.__name__, "id")]
    return value


def camel(name: str) -> str:
    """`total_count` is `totalCount`."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def snake(name: str) -> str:
    """`totalCount` is `total_count`."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
