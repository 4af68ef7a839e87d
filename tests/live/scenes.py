"""What the tests of live answers have in common."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx2

from gql_app.app import running
from gql_app.assembly import Parts
from gql_app.reads.reader import Reader
from gql_app.schema.build import build_schema
from gql_app.schema.engine import GraphEngine
from gql_app.schema.feed_reading import FeedReader
from gql_app.schema.opening import open_library
from gql_app.schema.planner import Planner
from gql_app.schema.pull import Pull
from gql_app.schema.sources import Sources
from gql_app.schema.toll import Toll
from gql_app.schema.watching import Watching
from gql_app.settings import Settings
from gql_app.web.doors import Doors
from gql_app.web.gate import Gate
from gql_app.web.graphql import GraphQLOverHTTP
from gql_app.web.limits import Limits
from gql_app.web.socket import GraphQLOverWebSocket
from gql_app.web.webhook import Webhook
from tests.stage import SOON, Stage, Watcher, _served

MONDAY, TUESDAY, WEDNESDAY = (f"2026-03-0{day}T10:00:00.000Z" for day in (2, 3, 4))
CHANGES = """subscription($after: Cursor) { customerChanges(after: $after) { __typename cursor
  ... on CustomerChange { kind customerId version late changes { path before after } event { id type } }
  ... on FeedGap { reason restartFrom refetch }
  ... on FeedProgress { at } } }"""
BRIEF = "subscription($after: Cursor) { customerChanges(after: $after) { __typename cursor } }"
HERE = "{ mirror { cursor } }"


def person(name: str, number: int = 1, **more: Any) -> dict[str, Any]:
    """A customer as an event carries it."""
    return {"customer": {"id": f"cust_{number}", "object": "customer", "name": name} | more}


async def rename(stage: Stage, *names: str, number: int = 1) -> None:
    """Tells of one change for each name."""
    for name in names:
        assert (await stage.post("customer.updated", person(name, number))).status_code == 202


async def here(stage: Stage) -> str:
    """The cursor of the journal's end."""
    cursor: str = (await stage.ask(HERE))["mirror"]["cursor"]
    return cursor


async def until(condition: Callable[[], object]) -> None:
    """Waits, but not forever."""
    async with asyncio.timeout(SOON):
        while not condition():
            await asyncio.sleep(0)


async def following(stage: Stage, watcher: Watcher, query: str = CHANGES, **variables: Any) -> None:
    """Subscribes to changes; from here on they are heard."""
    members = stage.parts.watching.streams.members
    await watcher.subscribe(query, **variables)
    await until(lambda: stage.parts.watching.streams.members > members)


async def items(watcher: Watcher, count: int) -> list[dict[str, Any]]:
    """The next items of a stream of changes."""
    return [(await watcher.data())["customerChanges"] for _ in range(count)]


async def cursors(watcher: Watcher, count: int) -> list[str]:
    """The cursors of the next items, which must be changes."""
    found = await items(watcher, count)
    assert {item["__typename"] for item in found} <= {"CustomerChange"}, found
    return [item["cursor"] for item in found]


def after(cursor: str, count: int) -> list[str]:
    """The cursors of the changes that follow this one."""
    base, _, position = cursor.rpartition(".")
    return [f"{base}.{int(position) + step}" for step in range(1, count + 1)]


@asynccontextmanager
async def on_tuned_stage(
    url: str, idle_seconds: float = 15, limits: Limits | None = None, **settings: Any
) -> AsyncIterator[Stage]:
    """The service with patience of the test's own choice."""
    given: dict[str, Any] = {"database_url": url, "poll_seconds": 0.5} | settings
    async with running(Settings(**given)) as parts:
        tuned = _tuned(parts, idle_seconds, limits or Limits())
        async with _served(tuned) as address:
            async with httpx2.AsyncClient(base_url=address, timeout=30, trust_env=False, verify=False) as client:
                yield Stage(tuned, client, address)
            await tuned.send_listeners_away()


def _tuned(parts: Parts, idle_seconds: float, limits: Limits) -> Parts:
    schema = build_schema()
    planner = Planner(schema._schema, open_library(Settings(), schema), parts.database.dialect, {})
    reader = Reader(parts.database)
    feeds = FeedReader(parts.database, planner)
    watching = Watching(feeds, planner, reader, parts.follower, idle_seconds)
    engine = GraphEngine(schema, planner, Sources(reader, Pull(feeds, 500)), watching, toll=Toll(1000, 1000))
    gate = Gate(parts.doorkeeper)
    socket = GraphQLOverWebSocket(engine, gate, limits)
    webhook = Webhook(parts.inbox, [], 1024 * 1024)
    http = GraphQLOverHTTP(engine, gate, 1024 * 1024, limits=limits)
    doors = Doors(http, socket, webhook, webhook, webhook)
    return replace(parts, engine=engine, watching=watching, socket=socket, http=http, doors=doors)
