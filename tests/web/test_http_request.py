"""What is a GraphQL request over HTTP and what is not."""

import asyncio
from typing import Any

import httpx2
import pytest

JSON = {"content-type": "application/json"}

NOT_REQUESTS: dict[str, bytes] = {
    "nothing": b"",
    "null": b"null",
    "number": b"1",
    "string": b'"x"',
    "unfinished": b'{"query":',
    "bad UTF-8": b'{"query":"\xff"}',
    "UTF-16": '{"query":"{hello}"}'.encode("utf-16"),
    "UTF-16 without mark": '{"query":"{hello}"}'.encode("utf-16-le"),
    "byte order mark": b'\xef\xbb\xbf{"query":"{hello}"}',
    "NaN": b'{"query":"{hello}","variables":{"x":NaN}}',
    "infinite": b'{"query":"{hello}","variables":{"x":1e999}}',
    "lone surrogate": b'{"query":"{hello}","variables":{"x":"\\ud800"}}',
    "nested": b'{"query":"{hello}","variables":{"x":' + b"[" * 1001 + b"]" * 1001 + b"}}",
    "nested less": b'{"query":"{hello}","variables":{"x":' + b"[" * 300 + b"1" + b"]" * 300 + b"}}",
    "nested unclosed": b"[" * 9_000,
    "long integer": b'{"query":"{hello}","variables":{"x":' + b"9" * 4301 + b"}}",
    "no query": b"{}",
    "query null": b'{"query":null}',
    "query number": b'{"query":1}',
    "query list": b'{"query":["{hello}"]}',
    "variables string": b'{"query":"{hello}","variables":"{}"}',
    "variables list": b'{"query":"{hello}","variables":[]}',
    "variables false": b'{"query":"{hello}","variables":false}',
    "extensions string": b'{"query":"{hello}","extensions":"{}"}',
    "extensions number": b'{"query":"{hello}","extensions":0}',
    "name number": b'{"query":"{hello}","operationName":1}',
    "name object": b'{"query":"{hello}","operationName":{}}',
}


@pytest.mark.parametrize("body", NOT_REQUESTS.values(), ids=NOT_REQUESTS)
async def test_what_is_no_request_is_400_with_a_reason(http: httpx2.AsyncClient, body: bytes) -> None:
    response = await http.post("/graphql", content=body, headers=JSON)
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    [error] = response.json()["errors"]
    assert len(error["message"]) > 10
    assert error["extensions"]["code"] == "BAD_REQUEST"


async def test_batches_are_off(http: httpx2.AsyncClient) -> None:
    response = await http.post("/graphql", json=[{"query": "{hello}"}])
    assert response.status_code == 400
    assert "Batching is off" in response.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "multipart/form-data; boundary=x"},
        {"content-type": "application/graphql"},
        {"content-type": "application/json; charset=utf-16"},
        {},
        JSON | {"content-encoding": "gzip"},
        JSON | {"content-encoding": "br"},
    ],
)
async def test_other_bodies_are_415(http: httpx2.AsyncClient, headers: dict[str, str]) -> None:
    response = await http.post("/graphql", content=b'{"query":"{hello}"}', headers=headers)
    assert response.status_code == 415
    assert "errors" in response.json()


@pytest.mark.parametrize("charset", ["", ";charset=utf-8", '; charset="UTF-8"', "; other=1"])
async def test_json_in_utf8_is_answered(http: httpx2.AsyncClient, charset: str) -> None:
    headers = {"content-type": "application/json" + charset}
    response = await http.post("/graphql", content='{"query":"{hello(name:\\"Zoë\\")}"}', headers=headers)
    assert response.json() == {"data": {"hello": "hello Zoë"}}


async def test_a_request_has_four_parameters(http: httpx2.AsyncClient) -> None:
    body = {
        "query": "query A {broken} query B($n: String) {hello(name: $n)}",
        "variables": {"n": "Ann"},
        "operationName": "B",
        "extensions": {"any": 1},
    }
    response = await http.post("/graphql", json=body)
    assert response.json() == {"data": {"hello": "hello Ann"}}


async def test_null_and_an_empty_name_are_absent(http: httpx2.AsyncClient) -> None:
    body = {"query": "{hello}", "variables": None, "operationName": "", "extensions": None}
    assert (await http.post("/graphql", json=body)).json() == {"data": {"hello": "hello world"}}


@pytest.mark.parametrize("extra", [0, 200])
async def test_a_body_over_the_limit_is_413(http: httpx2.AsyncClient, extra: int) -> None:
    response = await http.post("/graphql", content=b" " * (9_900 + extra), headers=JSON)
    assert response.status_code == (413 if extra else 400)


async def test_a_body_of_unknown_length_is_counted(http: httpx2.AsyncClient) -> None:
    async def chunks() -> Any:
        for _ in range(200):
            yield b" " * 1000

    response = await http.post("/graphql", content=chunks(), headers=JSON)
    assert response.status_code == 413


async def test_a_client_may_leave_in_the_middle_of_its_body(http: httpx2.AsyncClient) -> None:
    url = http.base_url
    _, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n")
    writer.write(b'content-length: 100\r\n\r\n{"query":')
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert (await http.post("/graphql", json={"query": "{hello}"})).status_code == 200
