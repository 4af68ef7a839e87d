"""Who asks, and what they may."""

from dataclasses import dataclass
from typing import Any

import msgspec

from gql_app.reads.declare import Hidden
from gql_app.reads.plan import Selected
from gql_app.schema.limits import Limits
from gql_app.types.viewer import UNLIMITED
from gql_app.viewers.viewer import SCOPES, Viewer


@dataclass(frozen=True, slots=True)
class Stated:
    """A root field that is answered with what is known of whoever asks."""

    selected: Selected
    facts: dict[str, Any]
    """What is the same for all."""

    def value(self, viewer: Viewer) -> bytes:
        """The JSON of the field."""
        scopes = [scope for scope in SCOPES if scope in viewer.sight.scopes]
        return stated(self.selected, self.facts | {"subject": viewer.subject, "scopes": scopes})


def everyone(limits: Limits, max_subscriptions: int, cost_per_minute: int | None = None) -> dict[str, Any]:
    """What is known of everyone, whoever they are."""
    allowed = {
        "max_depth": limits.depth,
        "max_cost": limits.cost,
        "max_page_size": limits.page_size,
        "cost_per_minute": cost_per_minute or UNLIMITED,
        "max_subscriptions": max_subscriptions,
    }
    return {"limits": allowed}


def stated(selected: Selected, facts: Any) -> bytes:
    """The JSON of what was selected of these facts."""
    return msgspec.json.encode(_of(selected, facts))


def _of(selected: Selected, fact: Any) -> Any:
    if not selected.beneath:
        return fact
    kind = selected.beneath[0]
    return {one.key: _member(kind.type_name, one, fact) for one in kind.fields}


def _member(type_name: str, one: Selected, fact: Any) -> Any:
    if isinstance(one.kind, Hidden):
        return None
    return type_name if one.name == "__typename" else _of(one, fact[one.name])
