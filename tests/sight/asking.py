"""Questions asked as somebody."""

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

from gql_app.schema.request import Request
from gql_app.viewers.viewer import SCOPES, Bound, Sight, Viewer
from tests.reads.sameness import decoded
from tests.stage import Stage


def may(*scopes: str) -> Sight:
    """Who may see this and nothing more."""
    return Sight(frozenset(scopes))


def all_but(*scopes: str) -> Sight:
    """Who may see everything but this."""
    return Sight(frozenset(SCOPES) - frozenset(scopes))


def bound(value: str, by: Any = "id", *without: str) -> Sight:
    """Who is bound to a customer, and may see everything of them but this."""
    return Sight(frozenset(SCOPES) - frozenset(without), Bound(by, value))


async def answer(stage: Stage, sight: Sight, query: str, **variables: Any) -> dict[str, Any]:
    """The whole response map."""
    request = Request(query, variables, None, None, viewer=Viewer("somebody", sight))
    said: dict[str, Any] = decoded((await stage.parts.engine.answer(request)).payload)
    return said


async def ask(stage: Stage, sight: Sight, query: str, **variables: Any) -> Any:
    """The data of an answer without errors."""
    said = await answer(stage, sight, query, **variables)
    assert "errors" not in said, said
    return said["data"]


def refused(said: dict[str, Any]) -> list[tuple[list[Any], list[str]]]:
    """Where an answer says that scopes are missing, and which; it must say nothing else."""
    errors = said.get("errors", [])
    assert all(error["extensions"]["code"] == "FORBIDDEN" for error in errors), errors
    return [(error["path"], error["extensions"]["scopes"]) for error in errors]


@asynccontextmanager
async def watching(stage: Stage, sight: Sight, query: str, **variables: Any) -> AsyncIterator[Any]:
    """The answers of a subscription, one after the other."""
    request = Request(query, variables, None, None, viewer=Viewer("somebody", sight))
    async with aclosing(stage.parts.engine.stream(request)) as results:  # type: ignore[type-var]
        yield results
