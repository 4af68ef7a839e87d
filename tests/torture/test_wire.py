"""Who sends slowly, half, too much or with false names: is let go in bounded time, and takes nothing with it."""

import gzip
import itertools
import socket
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ingest.mirror import renamed
from tests.torture.lives import SOON
from tests.torture.real import Real, heard, real

HEAD = b"POST /webhooks/voucherify HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
ASK = b"POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
HALVES = {
    "nothing at all": b"",
    "half a request line": b"POST /graph",
    "half a head": HEAD + b"x-half: ",
    "a head without its end": HEAD,
    "half a delivery": HEAD + b"content-length: 1000\r\n\r\n" + renamed("Ann")[:100],
    "half a question": ASK + b'content-length: 100\r\n\r\n{"query": "{ __type',
    "half a chunk": ASK + b"transfer-encoding: chunked\r\n\r\nff\r\n{",
    "a trailer without end": ASK + b"transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nx: ",
    "blank lines only": b"\r\n\r\n\r\n",
}


@pytest.fixture(scope="module")
def server(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    """A server that waits a second for the end of a request."""
    folder = tmp_path_factory.mktemp("wire")
    with real(folder, f"sqlite:///{folder / 'mirror.db'}", request_seconds=1) as server:
        yield server


@pytest.mark.parametrize("said", HALVES.values(), ids=HALVES)
def test_who_never_comes_to_the_end_is_let_go(server: Real, said: bytes) -> None:
    assert server.says(said).startswith((b"HTTP/1.1 408 ", b"HTTP/1.1 400 "))
    assert server.ask("{ customers { nodes { id } } }") == {"customers": {"nodes": []}}


def test_who_keeps_a_used_connection_busy_with_blank_lines_is_let_go(server: Real) -> None:
    with server.wire(b"GET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\n") as wire:
        assert wire.recv(65536).startswith(b"HTTP/1.1 200")
        wire.sendall(b"\r\n")
        assert b"408" in heard(wire)


@pytest.mark.parametrize("head", [HEAD, ASK], ids=["deliveries", "questions"])
def test_a_crowd_that_sends_a_byte_now_and_then_is_let_go(server: Real, head: bytes) -> None:
    """Each sends often enough to seem alive; an honest client is answered meanwhile."""
    drip = head + b"content-length: 1000000\r\n\r\n"
    wires = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(100)]
    ends = time.monotonic() + SOON
    try:
        for byte in itertools.chain(drip, b" " * 900_000):
            assert server.ask("{ __typename }") == {"__typename": "Query"}
            wires = [wire for wire in wires if _is_heard(wire, byte)]
            if not wires:
                return
            assert time.monotonic() < ends, "somebody was not let go"
    finally:
        for wire in wires:
            wire.close()


def _is_heard(wire: socket.socket, byte: int) -> bool:
    """Whether the other side still waits for more."""
    wire.setblocking(False)
    try:
        wire.send(bytes([byte]))
        wire.recv(1000)
    except BlockingIOError:
        return True
    except OSError:
        pass
    wire.close()
    return False


def test_who_listens_for_long_is_not_taken_to_be_late(server: Real) -> None:
    query = b"query=subscription%20%7B%20customerChanges%20%7B%20__typename%20%7D%20%7D"
    asked = b"GET /graphql?" + query + b" HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\n\r\n"
    with server.wire(asked) as wire:
        wire.settimeout(3)
        assert wire.recv(65536).startswith(b"HTTP/1.1 200")
        wire.sendall(b"\r\n")
        with pytest.raises(TimeoutError):
            heard(wire)


FLOODS = {
    "many headers": b"".join(b"x-%d: y\r\n" % number for number in range(5000)) + b"\r\n",
    "one header without end": b"x-endless: " + b"y" * 400_000,
    "one name without end": b"y" * 400_000,
    "an address without end": b"",
}


@pytest.mark.parametrize("flood", FLOODS)
def test_a_flood_of_headers_is_cut_off(server: Real, flood: str) -> None:
    said = b"GET /graphql?query=" + b"y" * 400_000 if flood.startswith("an address") else ASK + FLOODS[flood]
    assert server.says_what_it_can(said).startswith(b"HTTP/1.1 431 ")
    assert server.ask("{ __typename }") == {"__typename": "Query"}


def test_headers_that_nobody_ends_take_no_memory(server: Real) -> None:
    before = server.memory
    for _ in range(20):
        server.says_what_it_can(ASK + b"x-endless: " + b"y" * 5_000_000)
    assert server.memory - before < 30_000_000


ZEROS = b"\0" * 200_000_000


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "GZIP", "gzip, gzip"])
async def test_what_is_packed_is_refused_as_it_is(server: Real, encoding: str) -> None:
    bomb = zlib.compress(ZEROS, 1) if encoding == "deflate" else gzip.compress(ZEROS, 1)
    before = server.memory
    headers = {"content-encoding": encoding, "content-type": "application/json"}
    async with server.client() as client:
        asked = await client.post("/graphql", content=bomb, headers=headers)
        told = await client.post("/webhooks/voucherify", content=bomb, headers=headers)
    assert asked.status_code == 415
    assert told.status_code == 202
    assert told.json()["status"] in ("quarantined", "duplicate")
    assert server.memory - before < 50_000_000


def test_sockets_agree_to_no_packing(server: Real) -> None:
    upgrade = b"connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n"
    offer = b"sec-websocket-extensions: permessage-deflate; client_max_window_bits\r\n"
    key = b"sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n"
    with server.wire(b"GET /graphql HTTP/1.1\r\nhost: localhost\r\n" + upgrade + offer + key) as wire:
        answer = wire.recv(65536)
    assert answer.startswith(b"HTTP/1.1 101")
    assert b"extensions" not in answer.lower()


PLACES = [
    "/", "/graphql", "/graphql/", "/health/live", "/health/live/", "/health/ready/", "/metrics/", "/schema.graphql",
    "/schema.graphql/", "/ide", "/ide/", "/assets", "/webhooks/voucherify", "/webhooks/voucherify/", "//evil.test/x",
    "/webhooks/voucherify/customer.updated", "/docs", "/openapi.json",
]  # fmt: skip
FALSE = {
    "host": "evil.test",
    "x-forwarded-host": "evil.test",
    "x-forwarded-server": "evil.test",
    "x-forwarded-for": "evil.test, 203.0.113.66",
    "x-forwarded-proto": "evil.test",
    "x-forwarded-prefix": "/evil.test",
    "x-original-url": "/evil.test",
    "x-rewrite-url": "/evil.test",
    "forwarded": "for=evil.test;host=evil.test;proto=evil.test",
}


@pytest.mark.parametrize("place", PLACES)
async def test_false_names_are_never_repeated(server: Real, place: str) -> None:
    async with server.client(headers=FALSE) as client:
        address = server.url + place
        answers = [await client.request(method, address, headers={"accept": kind}, follow_redirects=False)
                   for method in ("GET", "POST", "HEAD") for kind in ("text/html", "application/json")]  # fmt: skip
    for answer in answers:
        said = answer.text.replace("//evil.test/x", "") + str(answer.headers.raw)
        assert "evil" not in said
        assert "203.0.113.66" not in said
        assert answer.status_code not in range(300, 400) or answer.headers["location"].startswith("/")


async def test_nobody_is_somebody_else_by_saying_so(tmp_path: Path, sqlite_url: str) -> None:
    """The budget is the connection's own address, unless a proxy is trusted."""
    query = {"query": "{ customers(first: 40) { nodes { id } } }"}
    for trusted, expected in (("", [200, 429, 429]), ("127.0.0.1", [200, 200, 200])):
        with real(tmp_path, sqlite_url, cost_per_minute=60, trusted_proxies=trusted) as server:
            async with server.client() as client:
                said = [
                    (await client.post("/graphql", json=query, headers={"x-forwarded-for": f"192.0.2.{n}"})).status_code
                    for n in range(3)
                ]
        assert said == expected
