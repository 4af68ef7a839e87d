"""What a viewer's sight makes of what they ask."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from graphql import GraphQLObjectType

from gql_app.live.position import Whereabouts
from gql_app.reads.fence import CUSTOMER, SCOPE, Fence, Reach
from gql_app.reads.plan import Selected, Selection
from gql_app.reads.refusals import Refusal, Restriction
from gql_app.reads.rules import Rules
from gql_app.reads.scopes import SCHEMA
from gql_app.reads.values import Variables
from gql_app.viewers.viewer import UNRESTRICTED, Sight

HINT = re.compile(r" Did you mean .*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Seen:
    """What is left of a question: root fields, or none where the whole answer is null; and the errors beside it."""

    fields: tuple[Selected, ...] | None
    errors: tuple[dict[str, Any], ...] = ()


def seen(rules: Rules, sight: Sight, root: GraphQLObjectType, selection: Selection) -> Seen:
    """The selection as this viewer may see it."""
    if sight.kind == UNRESTRICTED:
        return Seen(selection.fields)
    restriction = Restriction(rules, sight.scopes)
    left = restriction.selection(root, selection)
    errors = tuple(map(told, restriction.refusals))
    return Seen(None if left is None else tuple(_reaching(sight, left.fields)), errors)


def _reaching(sight: Sight, fields: Iterable[Selected]) -> Iterable[Selected]:
    reach = Reach(Fence(sight.bound.by) if sight.bound else None)
    return (replace(field, reach=reach) for field in fields)


def told(refusal: Refusal) -> dict[str, Any]:
    """A refusal as clients read it."""
    scopes = " and ".join(refusal.scopes)
    what = refusal.field if refusal.argument is None else f"{refusal.field}({refusal.argument})"
    said: dict[str, Any] = {"code": "FORBIDDEN", "scopes": refusal.scopes}
    if refusal.argument is not None:
        said["argument"] = refusal.argument
    places = {"locations": [dict(zip(("line", "column"), refusal.at, strict=True))]} if refusal.at else {}
    return {"message": f"{what} needs the scope {scopes}.", **places, "path": refusal.path, "extensions": said}


def known_of(sight: Sight) -> dict[str, Any]:
    """What statements and cursors of a restricted viewer need, under names that no request can give a variable."""
    customer = {CUSTOMER: sight.bound.value} if sight.bound else {}
    return {SCOPE: sight.word} | customer


def unhinted(sight: Sight, error: dict[str, Any]) -> dict[str, Any]:
    """What is wrong with a document, without what it might have meant where the viewer may not read the schema."""
    if SCHEMA in sight.scopes:
        return error
    return error | {"message": HINT.sub("", error["message"])}


def seen_by(now: Whereabouts, variables: Variables) -> Whereabouts:
    """Where the journal stands, with cursors of this viewer's own."""
    scope = variables.get(SCOPE)
    return now if scope is None else replace(now, scope=scope)


def errors_member(errors: Iterable[dict[str, Any]]) -> bytes:
    """The errors as the first member of a response map; empty where there are none."""
    every = list(errors)
    return b'"errors":' + msgspec.json.encode(every) + b"," if every else b""
