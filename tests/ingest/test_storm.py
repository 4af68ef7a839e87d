"""Requests that are given up at every moment leave the writer, the pools and the readers as they were.

These tests fail where a request writes by itself: a request that is cancelled between BEGIN and COMMIT
leaves its transaction open or its lock held, and then nobody writes any more; on SQLite, whose statements
run in a thread that cannot be called back, this was seen with a request that wrote. Here a request only
hands its event to the writer and waits, so that cancelling it cancels the waiting. uvicorn does not cancel
a webhook whose client hangs up; other servers do, and WebSocket operations are always cancelled. So the
first test cancels at the door itself, the second hangs up for real.
"""

import asyncio
import json
import random
from typing import Any

from tests.ingest.mirror import Mirror, customer, renamed
from tests.ingest.test_door import DOOR, raw_socket
from tests.stage import SOON, Stage, on_stage

STORM = 2000
WATCH = 'subscription { customer(by: {id: "cust_1"}) { name orders { nodes { id } } } }'
QUESTION = "{ customers(first: 50) { nodes { id name orders { nodes { id items { productName } } } } } }"


async def still_works(stage: Stage) -> None:
    """An event is applied and seen, by as many readers at once as there are, and more."""
    async with asyncio.timeout(SOON):
        told = {"customer": {"id": "cust_last", "name": "Survivor"}}
        assert await stage.tell("customer.updated", told, "2027-01-01T00:00:00Z", "whs_last", "ev_last") == "stored"
        answers = await asyncio.gather(*(stage.ask('{ customer(by: {id: "cust_last"}) { name } }') for _ in range(20)))
    assert all(answer == {"customer": {"name": "Survivor"}} for answer in answers)
    journal = await Mirror(stage.parts.database, stage.parts.inbox).journal()
    assert [one["position"] for one in journal] == list(range(1, len(journal) + 1))


async def give_up(stage: Stage, path: str, said: bytes, steps: int) -> None:
    """A request to the application, cancelled after so many turns of the loop."""
    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "headers": [(b"content-type", b"application/json")],
    }
    messages = iter([{"type": "http.request", "body": said, "more_body": False}])

    async def receive() -> Any:
        return next(messages, None) or await asyncio.Event().wait()

    async def send(_message: Any) -> None:
        await asyncio.sleep(0)

    request = asyncio.create_task(stage.parts.doors(scope, receive, send))
    for _ in range(steps):
        await asyncio.sleep(0)
    request.cancel()
    await asyncio.gather(request, return_exceptions=True)


async def test_cancelled_webhooks_leave_the_writer_well(database_url: str) -> None:
    chance = random.Random(3)
    async with on_stage(database_url) as stage:
        for start in range(0, STORM, 50):
            numbers = range(start, start + 50)
            await asyncio.gather(
                *(give_up(stage, DOOR, renamed(f"Ann {n}", n, n % 9), chance.randrange(60)) for n in numbers)
            )
            await stage.parts.inbox.drain()
        await still_works(stage)


async def test_clients_that_hang_up_leave_the_writer_well(database_url: str) -> None:
    async with on_stage(database_url) as stage:
        for start in range(0, STORM // 4, 50):
            await asyncio.gather(*(hang_up(stage, renamed("Ann", n)) for n in range(start, start + 50)))
        await still_works(stage)


async def hang_up(stage: Stage, said: bytes) -> None:
    """Sends an event and does not stay for the answer."""
    async with raw_socket(stage) as (_, writer):
        head = f"POST {DOOR} HTTP/1.1\r\nHost: mirror\r\nContent-Length: {len(said)}\r\n\r\n"
        writer.write(head.encode() + said)
        await writer.drain()


async def test_cancelled_questions_leave_the_readers_well(database_url: str) -> None:
    chance = random.Random(5)
    said = json.dumps({"query": QUESTION}).encode()
    async with on_stage(database_url, read_connections=2) as stage:
        await stage.tell("customer.updated", customer(), "2026-03-03T10:00:00Z")
        for _ in range(STORM // 50):
            await asyncio.gather(*(give_up(stage, "/graphql", said, chance.randrange(40)) for _ in range(50)))
        await still_works(stage)


async def test_operations_that_are_completed_at_once_leave_everything_well(database_url: str) -> None:
    async with on_stage(database_url) as stage, stage.watcher() as watcher:
        for number in range(STORM // 5):
            name = await watcher.subscribe(WATCH)
            await watcher.socket.send(json.dumps({"id": name, "type": "complete"}))
            if number % 10 == 0:
                told = customer(name=f"Ann {number}")
                await stage.tell("customer.updated", told, f"2026-03-03T10:{number // 60:02}:{number % 60:02}Z")
        await still_works(stage)
