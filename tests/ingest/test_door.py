"""What the webhook answers to what should not have been sent, and while nothing can be stored."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.ingest.mirror import Mirror, body, customer, renamed
from tests.stage import SOON, Stage, on_stage, payload

DOOR = "/webhooks/voucherify"
V2018 = {"object": "event", "id": "ev_1", "webhook_id": "wh_1", "data": {"object": {"id": "cust_1"}}}
TEST: dict[str, Any] = {
    "id": "whs_000000000000000000",
    "event": {"id": "evcus_000", "type": "customer.created"},
}
ODD = {
    "empty": (b"", "not JSON"),
    "text": (b"hello", "not JSON"),
    "cut short": (renamed("Ann")[:-20], "not JSON"),
    "with a byte order mark": (b"\xef\xbb\xbf" + renamed("Ann"), "not JSON"),
    "in UTF-16": (renamed("Ann").decode().encode("utf-16"), "not JSON"),
    "not in UTF-8": (b'{"a": "\xff"}', "not JSON"),
    "a list": (b"[1]", "a JSON list is no event"),
    "of no known shape": (b'{"hello": 1}', "no envelope"),
    "without a type": (json.dumps({"event": {}, "data": {}}).encode(), "event.type is missing"),
    "in the format of 2018": (json.dumps(V2018).encode(), "v2018-08-01"),
    "deep": (b'{"a":' * 150 + b"1" + b"}" * 150, "nested deeper"),
    "absurdly deep": (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "nested"),
    "without a customer": (body("customer.updated", {}), "the customer has no id"),
}


def mirror_of(stage: Stage) -> Mirror:
    """The rows behind a stage."""
    return Mirror(stage.parts.database, stage.parts.inbox)


async def post(stage: Stage, said: bytes, path: str = DOOR) -> httpx2.Response:
    """Posts these bytes."""
    return await stage.client.post(path, content=said)


@pytest.mark.parametrize("what", ODD)
async def test_what_cannot_be_understood_is_kept_with_the_reason(stage: Stage, what: str) -> None:
    said, reason = ODD[what]
    response = await post(stage, said)
    assert (response.status_code, response.json()["status"]) == (202, "quarantined")
    assert reason in response.json()["reason"]
    ((_, verdict, kept_reason),) = await mirror_of(stage).inbox_rows()
    assert (verdict, kept_reason) == ("quarantined", response.json()["reason"])
    assert (await stage.tell("customer.updated", customer(), "2026-03-03T10:00:00Z")) == "stored"


@pytest.mark.parametrize("name", ["%00", "%2500", "a%20b", "%ff", "%22", "x" * 300])
async def test_an_address_that_names_no_event_type_quarantines(stage: Stage, name: str) -> None:
    response = await post(stage, json.dumps(customer()).encode(), f"{DOOR}/{name}")
    assert response.status_code == 202
    said = (await mirror_of(stage).inbox_rows())[0]
    assert said[1] == ("unmapped" if name == "%2500" else "quarantined")


async def test_an_unknown_event_type_is_kept(stage: Stage) -> None:
    response = await post(stage, body("customer.danced", customer()))
    assert (response.status_code, response.json()["status"]) == (202, "stored")
    assert await mirror_of(stage).inbox_rows() == [("customer.danced", "unmapped", None)]


async def test_a_test_from_the_designer_is_kept_and_not_mirrored(stage: Stage) -> None:
    for _ in range(2):
        assert (await post(stage, body("customer.created", customer(), **TEST))).status_code == 202
    assert await mirror_of(stage).inbox_rows() == [("customer.created", "unmapped", None)]
    assert (await mirror_of(stage).rows())["customer"] == []


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
async def test_only_post_is_answered(stage: Stage, method: str) -> None:
    response = await stage.client.request(method, DOOR)
    assert (response.status_code, response.headers["allow"]) == (405, "POST")


async def test_an_announced_size_beyond_the_limit_is_refused(sqlite_url: str) -> None:
    async with on_stage(sqlite_url, max_body_bytes=1000) as stage:
        assert (await post(stage, b" " * 1001)).status_code == 413
        assert (await post(stage, b" " * 1000)).status_code == 202


async def test_a_size_that_is_not_announced_is_counted_while_it_is_read(sqlite_url: str) -> None:
    async with on_stage(sqlite_url, max_body_bytes=1000) as stage, raw_socket(stage) as (reader, writer):
        writer.write(_head("Transfer-Encoding: chunked") + b"400\r\n" + b" " * 1024 + b"\r\n")
        async with asyncio.timeout(SOON):
            assert (await reader.readline()).startswith(b"HTTP/1.1 413"), "before the body has ended"
        assert await mirror_of(stage).inbox_rows() == []


async def test_who_hangs_up_in_mid_body_has_said_nothing(stage: Stage) -> None:
    said = renamed("Ann")
    async with raw_socket(stage) as (_, writer):
        writer.write(_head(f"Content-Length: {len(said)}") + said[:-1])
        await writer.drain()
    assert await stage.tell("customer.updated", customer(2), "2026-03-03T10:00:00Z") == "stored"
    assert len(await mirror_of(stage).inbox_rows()) == 1


async def test_the_same_sendout_again_is_a_duplicate(stage: Stage) -> None:
    assert [(await post(stage, renamed("Ann"))).json()["status"] for _ in range(2)] == ["stored", "duplicate"]


async def test_a_known_sendout_with_another_body_is_put_aside(stage: Stage) -> None:
    """A send-out's id names one delivery for ever, which is our protection against replays."""
    await post(stage, renamed("Ann"))
    before = await mirror_of(stage).rows(kept_too=True)
    for status in ("quarantined", "duplicate"):
        answer = await post(stage, renamed("Eve", at="2027-01-01T00:00:00Z"))
        assert (answer.status_code, answer.json()["status"]) == (202, status)
        assert (await post(stage, renamed("Ann"))).json()["status"] == "duplicate"
        assert await mirror_of(stage).rows(kept_too=True) == before
    assert (await stage.ask("{ mirror { quarantined } }"))["mirror"]["quarantined"] == 1


@asynccontextmanager
async def raw_socket(stage: Stage) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection of one's own, closed at the end whatever was promised on it."""
    address = urlsplit(stage.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        yield reader, writer
    finally:
        writer.close()
        await writer.wait_closed()


def _head(size: str) -> bytes:
    return f"POST {DOOR} HTTP/1.1\r\nHost: mirror\r\n{size}\r\n\r\n".encode()


async def test_every_seed_is_taken_bare(stage: Stage) -> None:
    seed = json.dumps(payload("seeds/customer.updated")).encode()
    assert (await post(stage, seed, f"{DOOR}/customer.updated")).json()["status"] == "stored"
