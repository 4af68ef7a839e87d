"""The stream of changes over HTTP: what a cursor promises, it promises on every transport."""

import json

import pytest

from tests.stage import Stage
from tests.web.streams import EVENTS, PARTS, listening

from .scenes import BRIEF, after, here, rename

NAMES = [f"Name {number}" for number in range(5)]


async def test_every_item_says_how_to_come_back(stage: Stage) -> None:
    start = await here(stage)
    await rename(stage, *NAMES)
    async with listening(stage.client, BRIEF, variables={"after": start}) as listener:
        events = [await listener.event() for _ in NAMES]
    assert [event["id"] for event in events] == after(start, len(NAMES))
    assert all(f'"extensions":{{"cursor":"{event["id"]}"}}' in event["data"] for event in events)


async def test_last_event_id_is_newer_than_the_argument(stage: Stage) -> None:
    start = await here(stage)
    await rename(stage, *NAMES)
    heard = after(start, 3)[-1]
    resumed = {"variables": {"after": start}, "headers": {"last-event-id": heard}}
    async with listening(stage.client, BRIEF, **resumed) as listener:
        assert (await listener.event())["id"] == after(start, 4)[-1]


async def test_extensions_cursor_resumes_over_a_socket(stage: Stage) -> None:
    start = await here(stage)
    await rename(stage, *NAMES)
    async with stage.watcher() as watcher:
        body = {"query": BRIEF, "variables": {"after": start}, "extensions": {"cursor": after(start, 2)[-1]}}
        await watcher.socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": body}))
        message = await watcher.message()
    assert message["payload"]["extensions"] == {"cursor": after(start, 3)[-1]}


async def test_a_live_customer_comes_in_parts(stage: Stage) -> None:
    await rename(stage, "Ann")
    query = 'subscription { customer(by: {id: "cust_1"}) { name } }'
    async with listening(stage.client, query, PARTS) as listener:
        assert (await listener.part())["payload"]["data"]["customer"] == {"name": "Ann"}
        await rename(stage, "Anna")
        assert (await listener.part())["payload"]["data"]["customer"] == {"name": "Anna"}


@pytest.mark.parametrize("cursor", ["nonsense", "x" * 5000, "é.all.1.2"])
async def test_a_foreign_last_event_id_is_a_clear_error(stage: Stage, cursor: str) -> None:
    headers = {"last-event-id": cursor.encode("utf-8"), "accept": EVENTS}
    response = await stage.client.post("/graphql", json={"query": BRIEF}, headers=headers)
    assert response.status_code == 200
    assert "BAD_CURSOR" in response.text
