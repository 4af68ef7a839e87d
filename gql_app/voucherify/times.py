"""When the entities in an event say that they last changed."""

from typing import Any

from gql_app.voucherify.values import instant, table

SUBJECTS = ("transaction", "redemption_rollback", "redemption", "order", "publication", "customer")
DAY = 86_400_000_000
"""Microseconds."""


def entity_time(data: dict[str, Any]) -> int | None:
    """When the entity that the data is about last changed, as it says itself."""
    for subject in SUBJECTS:
        at = _told_by(table(data.get(subject)))
        if at is not None:
            return at
    return instant(data.get("created_at"))


def latest_time(data: dict[str, Any]) -> int | None:
    """The newest of what all of them say."""
    told = [_told_by(data[subject]) for subject in SUBJECTS if isinstance(data.get(subject), dict)]
    return max((at for at in told if at is not None), default=instant(data.get("created_at")))


def is_ahead(at: int, known_at: int) -> bool:
    """Whether a time lies so far in the future of another that one of the two clocks must be wrong."""
    return at > known_at + DAY


def _told_by(entity: dict[str, Any]) -> int | None:
    return instant(entity.get("updated_at")) or instant(entity.get("created_at")) or instant(entity.get("date"))
