"""Clients that ask and then never read a byte, on plain sockets: nothing of theirs reads on in the background."""

import asyncio
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

EVENTS = """POST /graphql HTTP/1.1
Host: {host}
Accept: text/event-stream
Content-Type: application/json
Content-Length: {length}

{body}"""
UPGRADE = """GET /graphql HTTP/1.1
Host: {host}
Upgrade: websocket
Connection: Upgrade
Sec-WebSocket-Version: 13
Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==
Sec-WebSocket-Protocol: graphql-transport-ws

"""
SMALLEST = 4096
"""Bytes that the kernel may keep for a sleeper, or about twice that."""


@contextmanager
def sleepers() -> Iterator[list[socket.socket]]:
    """Whoever is in this list goes on sleeping until the context ends."""
    found: list[socket.socket] = []
    try:
        yield found
    finally:
        for one in found:
            one.close()


async def fall_asleep(url: str, body: dict[str, Any], over_socket: bool) -> socket.socket:
    """Asks this over WebSocket or for server-sent events, and never reads the answer."""
    address = urlsplit(url)
    sleeper = socket.socket()
    sleeper.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALLEST)
    sleeper.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(sleeper, (address.hostname, address.port))
    said = _over_socket(address.netloc, body) if over_socket else _as_events(address.netloc, body)
    await loop.sock_sendall(sleeper, said)
    return sleeper


def _as_events(host: str, body: dict[str, Any]) -> bytes:
    text = json.dumps(body)
    return EVENTS.replace("\n", "\r\n").format(host=host, length=len(text), body=text).encode()


def _over_socket(host: str, body: dict[str, Any]) -> bytes:
    """A greeting and a question in one go; the handshake's answer is not waited for either."""
    said = [{"type": "connection_init"}, {"type": "subscribe", "id": "1", "payload": body}]
    head = UPGRADE.replace("\n", "\r\n").format(host=host).encode()
    return head + b"".join(_frame(json.dumps(one).encode()) for one in said)


def _frame(text: bytes) -> bytes:
    """A masked text frame of up to 64 KB, whose mask changes nothing."""
    return b"\x81\xfe" + len(text).to_bytes(2, "big") + bytes(4) + text
