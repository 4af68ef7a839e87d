"""Answers that go on over HTTP: server-sent events and multipart."""

import asyncio
import gc
import json
import weakref

import httpx2
import pytest

from gql_app.web.streaming import Streaming
from tests.stage import SOON

from .conftest import Serve, Served
from .streams import EVENTS, PARTS, Listener, listening
from .talk import waited

COUNT = "subscription { count(to: 2) }"
FOREVER = "subscription { forever }"
URQL = "application/graphql-response+json, application/json, text/event-stream, multipart/mixed"


@pytest.mark.parametrize("accept", [EVENTS, URQL])
async def test_a_subscription_is_a_stream_of_events(http: httpx2.AsyncClient, accept: str) -> None:
    async with listening(http, COUNT, accept) as listener:
        assert listener.response.status_code == 200
        assert listener.response.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert listener.response.headers["cache-control"] == "no-store"
        assert [await listener.next() for _ in range(2)] == [{"data": {"count": 0}}, {"data": {"count": 1}}]
        assert await listener.event() == {"event": "complete", "data": ""}
        assert await listener.rest() == b""


async def test_an_event_source_asks_by_get(http: httpx2.AsyncClient) -> None:
    response = await http.get("/graphql", params={"query": COUNT}, headers={"accept": EVENTS})
    assert response.text.count("event: next\n") == 2
    assert "\r" not in response.text


async def test_a_query_is_one_event_where_nothing_else_can_be_read(http: httpx2.AsyncClient) -> None:
    async with listening(http, "{ hello }") as listener:
        assert await listener.next() == {"data": {"hello": "hello world"}}
        assert (await listener.event())["event"] == "complete"


async def test_a_wrong_operation_is_told_within_the_stream(http: httpx2.AsyncClient) -> None:
    """An EventSource cannot read the body of any other status than 200."""
    async with listening(http, "subscription { nothing }") as listener:
        assert listener.response.status_code == 200
        assert "nothing" in (await listener.next())["errors"][0]["message"]
        assert (await listener.event())["event"] == "complete"


async def test_a_malformed_request_is_refused_before_any_stream(http: httpx2.AsyncClient) -> None:
    response = await http.post("/graphql", json={"query": 1}, headers={"accept": EVENTS})
    assert response.status_code == 400
    assert response.headers["content-type"].startswith("application/json")


async def test_our_own_failure_ends_the_stream_without_its_details(
    http: httpx2.AsyncClient, no_trouble: list[str]
) -> None:
    no_trouble.append("unexpected ValueError")
    async with listening(http, "subscription { crash }") as listener:
        assert await listener.next() == {"data": {"crash": 1}}
        said = await listener.next()
        assert said["errors"][0]["message"] == "Something went wrong on our side."
        assert (await listener.event())["event"] == "complete"


async def test_multipart_carries_each_result_as_a_part(http: httpx2.AsyncClient) -> None:
    async with listening(http, COUNT, PARTS) as listener:
        assert listener.response.headers["content-type"].startswith("multipart/mixed;boundary=")
        parts = [await listener.part() for _ in range(2)]
        assert parts == [{"payload": {"data": {"count": number}}} for number in range(2)]
        assert await listener.rest() == b"--\r\n"


async def test_a_part_can_be_read_as_soon_as_it_is_sent(http: httpx2.AsyncClient) -> None:
    async with listening(http, FOREVER, PARTS) as listener:
        assert await listener.part() == {"payload": {"data": {"forever": 1}}}


async def test_a_client_of_multipart_gets_queries_as_json(http: httpx2.AsyncClient) -> None:
    response = await http.post("/graphql", json={"query": "{ hello }"}, headers={"accept": PARTS})
    assert response.headers["content-type"].startswith("application/json")


async def test_plain_json_cannot_carry_a_subscription(http: httpx2.AsyncClient) -> None:
    response = await http.post("/graphql", json={"query": COUNT}, headers={"accept": "application/json"})
    assert response.json()["errors"][0]["extensions"]["code"] == "SUBSCRIPTION_NEEDS_STREAM"


async def test_who_leaves_is_let_go(served: Served, http: httpx2.AsyncClient) -> None:
    async with listening(http, FOREVER) as listener:
        await listener.next()
    await waited(served.left)
    await waited(served.engine.stopped)
    assert len(served.http.streams) == 0


async def test_nothing_waits_with_all_that_belonged_to_who_has_left(served: Served, http: httpx2.AsyncClient) -> None:
    async with listening(http, FOREVER) as listener:
        await listener.next()
        streams = [weakref.ref(one) for one in gc.get_objects() if type(one) is Streaming]
    await waited(served.left)
    await waited(served.engine.stopped)
    assert streams
    async with asyncio.timeout(SOON):
        while any(one() for one in streams):
            await asyncio.sleep(0)
            gc.collect()


@pytest.mark.parametrize(("accept", "last"), [(EVENTS, b""), (PARTS, b"--\r\n")])
async def test_a_stopping_service_ends_streams_so_that_clients_come_back(
    served: Served, http: httpx2.AsyncClient, accept: str, last: bytes
) -> None:
    async with listening(http, FOREVER, accept) as listener:
        await (listener.next() if accept == EVENTS else listener.part())
        await asyncio.gather(served.http.streams.close_all(), _said_last(listener, accept, last))
    async with listening(http, FOREVER) as late:
        assert b"event" not in await late.rest()


async def _said_last(listener: Listener, accept: str, last: bytes) -> None:
    if accept == PARTS:
        assert (await listener.part())["errors"][0]["extensions"]["code"] == "RESTART"
    assert b"complete" not in (rest := await listener.rest())
    assert rest == last


@pytest.mark.parametrize(("accept", "beat"), [(EVENTS, b":\n\n"), (PARTS, b"{}")])
async def test_a_quiet_stream_shows_that_it_lives(serve: Serve, accept: str, beat: bytes) -> None:
    served = await serve(heartbeat=0.01)
    url = f"http://127.0.0.1:{served.port}"
    async with (
        httpx2.AsyncClient(base_url=url, trust_env=False) as http,
        listening(http, FOREVER, accept) as listener,
    ):
        await (listener.next() if accept == EVENTS else listener.part())
        await listener.up_to(beat)


async def test_who_does_not_read_is_dropped(serve: Serve) -> None:
    served = await serve(send_timeout=0.05)
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port, limit=1)
    body = json.dumps({"query": "subscription { flood }"}).encode()
    head = f"POST /graphql HTTP/1.1\r\nhost: x\r\naccept: {EVENTS}\r\ncontent-type: application/json\r\n"
    writer.write(head.encode() + b"content-length: %d\r\n\r\n" % len(body) + body)
    await waited(served.engine.stopped)
    await waited(served.left)
    writer.close()
    assert not reader.at_eof()
