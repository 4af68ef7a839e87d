"""What a token must say before it is believed, and which customer and scopes it stands for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from gql_app.errors import Unauthenticated
from gql_app.viewers.viewer import EVERY_SCOPE, Bound, Sight, Viewer


@dataclass(frozen=True, slots=True)
class Binding:
    """The claim that names the one customer a token is for."""

    claim: str
    by: Literal["id", "source_id"]


@dataclass(frozen=True, slots=True)
class Rules:
    """What tokens are measured by."""

    audience: tuple[str, ...] = ()
    issuer: tuple[str, ...] = ()
    leeway: float = 30.0
    scope_claim: str = "scope"
    binding: Binding | None = None


def viewer_of(claims: Mapping[str, Any], rules: Rules) -> Viewer:
    """Who asks, by the claims of a token that is signed and current; raises Unauthenticated where it names nobody
    although every token must.
    """
    sight = Sight(_scopes(_claim(claims, rules.scope_claim)), _bound(claims, rules.binding))
    return Viewer(claims.get("sub"), sight, float(claims["exp"]) + rules.leeway)


def _scopes(said: Any) -> frozenset[str]:
    """Those that mean something here; a claim of another form grants nothing."""
    words = said.split() if isinstance(said, str) else said if isinstance(said, list) else ()
    return EVERY_SCOPE.intersection(word for word in words if isinstance(word, str))


def _bound(claims: Mapping[str, Any], binding: Binding | None) -> Bound | None:
    """Never nobody where somebody must be named: that would show everyone."""
    if binding is None:
        return None
    value = _claim(claims, binding.claim)
    if not isinstance(value, str) or not value:
        raise Unauthenticated(f"The token names no customer: its claim {binding.claim} must be a text.")
    return Bound(binding.by, value)


def _claim(claims: Mapping[str, Any], name: str) -> Any:
    """By its whole name, or by a path of names with dots between."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found
