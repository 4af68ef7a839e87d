"""What clients of the live run put on the wire and take from it: just enough of WebSocket and of event streams."""

import struct
from typing import NamedTuple, Protocol
from urllib.parse import urlencode

import msgspec

TEXT, PING, PONG = 0x81, 0x89, 0x8A
SHORT, LONG, LONGEST = 125, 126, 127
INIT = b'{"type":"connection_init"}'
UPGRADE = (
    "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
)
STREAM = "GET /graphql?{query} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n"
NOTHING = b'"customerChanges":{}}'
"""An item that says only that nothing happened."""

WORD = 48
"""Bytes within which a message says what it is."""

Variables = dict[str, object]


class Heard(NamedTuple):
    """The answers among what was received, what the protocol wants to have sent back, and what is incomplete."""

    answers: list[bytes]
    reply: bytes
    rest: bytes


class Asked(Protocol):
    """A subscription as a client asks it: what it sends first, and what once the head of the answer is there."""

    head: bytes
    words: bytes

    def hear(self, received: bytes) -> Heard: ...


class OnSocket:
    """A subscription on a WebSocket."""

    def __init__(self, document: str, variables: Variables | None = None) -> None:
        payload = {"query": document, "variables": variables or {}}
        subscribe = msgspec.json.encode({"id": "1", "type": "subscribe", "payload": payload})
        self.head = UPGRADE.format(path="/graphql").encode()
        self.words = frame(TEXT, INIT) + frame(TEXT, subscribe)

    def hear(self, received: bytes) -> Heard:
        """Answers are not read, only found."""
        answers, reply, begin = [], b"", 0
        while (found := _found(received, begin)) is not None:
            start, end = found
            if received[begin] == PING:
                reply += frame(PONG, received[start:end])
            elif received.find(b'"next"', start, start + WORD) >= 0:
                if NOTHING not in received[start:end]:
                    answers.append(received[start:end])
            elif received.find(b"connection_ack", start, start + WORD) < 0:
                raise ConnectionError(f"not an answer to measure: {received[start:end][:500]!r}")
            begin = end
        return Heard(answers, reply, received[begin:])


class OnStream:
    """A subscription as server-sent events; uvicorn sends each event as a chunk of its own."""

    def __init__(self, document: str, variables: Variables | None = None) -> None:
        query = {"query": document, "variables": msgspec.json.encode(variables or {}).decode()}
        self.head = STREAM.format(query=urlencode(query)).encode()
        self.words = b""

    def hear(self, received: bytes) -> Heard:
        """Events end with an empty line."""
        *events, rest = received.split(b"\n\n")
        return Heard([event for event in events if b"event: next" in event and NOTHING not in event], b"", rest)


def frame(kind: int, payload: bytes) -> bytes:
    """A client's frame; the mask that it must have is of zeros, which leave bytes as they are."""
    size = len(payload)
    length = bytes((0x80 | size,)) if size <= SHORT else struct.pack("!BH", 0x80 | LONG, size)
    return bytes((kind,)) + length + bytes(4) + payload


def _found(received: bytes, begin: int) -> tuple[int, int] | None:
    """Where the payload of the frame begins and ends; None where it is incomplete."""
    if len(received) < begin + 2:
        return None
    size, start = received[begin + 1], begin + 2
    if size == LONG:
        size, start = int.from_bytes(received[start : start + 2]), start + 2
    elif size == LONGEST:
        size, start = int.from_bytes(received[start : start + 8]), start + 8
    return (start, start + size) if len(received) >= start + size else None
