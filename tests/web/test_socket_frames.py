"""Messages that are none close the socket, with a word why, and nothing else."""

from typing import Any

import pytest

from .conftest import Serve, Served
from .talk import Talk, waited

MALFORMED: dict[str, Any] = {
    "number": "1",
    "string": '"x"',
    "null": "null",
    "list": "[]",
    "empty": "",
    "unfinished": '{"type":',
    "binary": b'{"type":"ping"}',
    "no type": "{}",
    "unknown type": '{"type":"start"}',
    "very unknown type": '{"type":"' + "é" * 500 + '"}',
    "ours to send": '{"type":"connection_ack"}',
    "type list": '{"type":["ping"]}',
    "init payload string": '{"type":"connection_init","payload":"x"}',
    "ping payload list": '{"type":"ping","payload":[]}',
    "no id": '{"type":"subscribe","payload":{"query":"{hello}"}}',
    "id number": '{"type":"subscribe","id":1,"payload":{"query":"{hello}"}}',
    "id list": '{"type":"subscribe","id":["1"],"payload":{"query":"{hello}"}}',
    "id empty": '{"type":"subscribe","id":"","payload":{"query":"{hello}"}}',
    "complete without id": '{"type":"complete"}',
    "no payload": '{"type":"subscribe","id":"1"}',
    "payload string": '{"type":"subscribe","id":"1","payload":"{hello}"}',
    "payload list": '{"type":"subscribe","id":"1","payload":[]}',
    "no query": '{"type":"subscribe","id":"1","payload":{}}',
    "query number": '{"type":"subscribe","id":"1","payload":{"query":5}}',
    "variables list": '{"type":"subscribe","id":"1","payload":{"query":"{hello}","variables":[]}}',
    "long integer": '{"type":"ping","payload":{"x":' + "9" * 6_000 + "}}",
    "nested lists": "[" * 50_000 + "]" * 50_000,
    "very many lists": '{"type":"ping","payload":{"x":[' + "[]," * 10_000 + "[]]}}",
    "nested unclosed": '{"type":"ping","payload":' + '{"x":' * 50_000,
    "lone surrogate": '{"type":"ping","payload":{"x":"\\ud800"}}',
    "NaN": '{"type":"ping","payload":{"x":NaN}}',
    "too large": '{"type":"ping","payload":{"x":"' + "x" * 1_000_000 + '"}}',
}


@pytest.mark.parametrize("frame", MALFORMED.values(), ids=MALFORMED)
async def test_a_malformed_message_closes_the_socket(talk: Talk, frame: Any) -> None:
    await talk.socket.send(frame)
    code, reason = await talk.closed()
    assert code == 4400
    assert reason
    assert len(reason.encode()) <= 123


async def test_a_stranger_s_malformed_message_closes_as_well(stranger: Talk) -> None:
    await stranger.socket.send("null")
    assert (await stranger.closed())[0] == 4400


async def test_the_server_itself_refuses_what_is_enormous(talk: Talk) -> None:
    await talk.socket.send("x" * 3_000_000)
    assert (await talk.closed())[0] == 1009


async def test_the_server_itself_refuses_bad_utf8(talk: Talk, no_trouble: list[str]) -> None:
    no_trouble.append("Invalid UTF-8 sequence received from client.")
    await talk.socket.send(b'{"type":"ping\xff"}', text=True)
    assert (await talk.closed())[0] == 1007


async def test_a_malformed_message_ends_what_was_running(served: Served, talk: Talk) -> None:
    await talk.subscribe("1", "subscription {forever}")
    await waited(served.engine.started)
    await talk.socket.send("1")
    assert (await talk.closed())[0] == 4400
    await waited(served.engine.stopped)


@pytest.mark.parametrize("payload", [{}, {"payload": None}, {"payload": {"n": [1, "é"]}}])
async def test_a_ping_comes_back_as_a_pong(talk: Talk, payload: dict[str, Any]) -> None:
    await talk.send(type="ping", **payload)
    expected = payload if payload.get("payload") else {}
    assert await talk.hear() == {"type": "pong"} | expected


async def test_a_pong_needs_no_answer(talk: Talk) -> None:
    await talk.send(type="pong", payload={"any": 1})
    await talk.send(type="ping")
    assert await talk.hear() == {"type": "pong"}


async def test_the_size_of_a_message_can_be_set(serve: Serve) -> None:
    served = await serve(message=100)
    async with Talk.to(served.port) as talk:
        await talk.send(type="ping", payload={"x": "x" * 100})
        assert await talk.closed() == (4400, "The message is too large.")
