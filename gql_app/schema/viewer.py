"""Who asks, and what they may. Nobody is told apart yet: everyone may see everything."""

from typing import Any

import msgspec

from gql_app.reads.plan import Selected
from gql_app.schema.limits import Limits
from gql_app.types.viewer import UNLIMITED
from gql_app.viewers.viewer import SCOPES


def everyone(limits: Limits, max_subscriptions: int, cost_per_minute: int | None = None) -> dict[str, Any]:
    """The viewer that every client is."""
    allowed = {
        "max_depth": limits.depth,
        "max_cost": limits.cost,
        "max_page_size": limits.page_size,
        "cost_per_minute": cost_per_minute or UNLIMITED,
        "max_subscriptions": max_subscriptions,
    }
    return {"subject": None, "scopes": SCOPES, "limits": allowed}


def stated(selected: Selected, facts: Any) -> bytes:
    """The JSON of what was selected of these facts."""
    return msgspec.json.encode(_of(selected, facts))


def _of(selected: Selected, fact: Any) -> Any:
    if not selected.beneath:
        return fact
    kind = selected.beneath[0]
    return {one.key: kind.type_name if one.name == "__typename" else _of(one, fact[one.name]) for one in kind.fields}
