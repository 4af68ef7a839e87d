"""Questions asked as somebody."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from gql_app.schema.request import Request
from gql_app.viewers.viewer import SCOPES, Bound, Sight, Viewer
from tests.reads.sameness import decoded
from tests.stage import SOON, Stage


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


@dataclass
class Listener:
    """Somebody who has subscribed."""

    results: Any

    async def next(self) -> dict[str, Any]:
        """The next answer, whole."""
        async with asyncio.timeout(SOON):
            said: dict[str, Any] = decoded((await anext(self.results)).payload)
        return said

    async def items(self, count: int) -> list[dict[str, Any]]:
        """The next items of a stream of changes."""
        return [(await self.next())["data"]["customerChanges"] for _ in range(count)]


@asynccontextmanager
async def watching(stage: Stage, sight: Sight, query: str, **variables: Any) -> AsyncIterator[Listener]:
    """A subscription; it begins with the first answer that is waited for."""
    request = Request(query, variables, None, None, viewer=Viewer("somebody", sight))
    async with aclosing(stage.parts.engine.stream(request)) as results:  # type: ignore[type-var]
        yield Listener(results)


async def cursor(stage: Stage, sight: Sight) -> str:
    """Where the journal stands now, as this viewer is told."""
    page = await ask(stage, sight, "{ customerChanges { nextCursor } }")
    found: str = page["customerChanges"]["nextCursor"]
    return found
