"""A lean HTTP/1.1 load generator: keep-alive sockets in one loop, each with one request under way."""

import selectors
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack

PATIENCE = 30.0
"""Seconds without any answer after which a server is taken to be stuck."""

CHUNK = 1 << 18


class Sender:
    """One connection. Its server must send a Content-Length."""

    __slots__ = ("_missing", "_received", "begun", "socket")

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received: list[bytes] = []
        self._missing = 0
        self.begun = 0.0

    def send(self, request: bytes) -> None:
        """Begins a request; the one before must have been answered."""
        self._received, self._missing = [], 0
        self.begun = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bool:
        """Reads what is there; whether the answer is complete."""
        chunk = self.socket.recv(CHUNK)
        if not chunk:
            raise ConnectionError("the server closed the connection")
        self._received.append(chunk)
        self._missing = self._missing - len(chunk) if self._missing else _missing(b"".join(self._received))
        return self._missing == 0

    def body(self) -> bytes:
        """The body of the answer that was received last."""
        return b"".join(self._received).partition(b"\r\n\r\n")[2]


def _missing(received: bytes) -> int:
    """Bytes that are not here yet; one where the head is incomplete, and 0 for a complete answer."""
    head, ended, body = received.partition(b"\r\n\r\n")
    if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 202")):
        raise ConnectionError(f"not an answer to measure: {received[:300].decode(errors='replace')}")
    if not ended:
        raise ConnectionError("the head of an answer came in pieces")
    length = head.lower().split(b"content-length:", 1)[1].split(b"\r\n", 1)[0]
    return int(length) - len(body)


def ask(port: int, request: bytes) -> bytes:
    """The body of one answer."""
    sender = Sender(port)
    with sender.socket:
        sender.send(request)
        while not sender.receive():
            pass
        return sender.body()


def fire(port: int, senders: int, requests: Iterator[bytes], seconds: float) -> tuple[list[float], float]:
    """Latencies of every answer, and the seconds from the first request to the last answer."""
    with ExitStack() as stack:
        selector = stack.enter_context(selectors.DefaultSelector())
        crowd = [Sender(port) for _ in range(senders)]
        for sender in crowd:
            stack.enter_context(sender.socket)
            selector.register(sender.socket, selectors.EVENT_READ, sender)
        begun = time.perf_counter()
        for sender in crowd:
            sender.send(next(requests))
        latencies = list(_answers(selector, senders, requests, begun + seconds))
        return latencies, time.perf_counter() - begun


def _answers(selector: selectors.BaseSelector, busy: int, requests: Iterator[bytes], until: float) -> Iterator[float]:
    """Each answer's latency; who was answered asks again until time or requests run out."""
    while busy:
        ready = selector.select(PATIENCE)
        if not ready:
            raise TimeoutError(f"no answer within {PATIENCE:g} s")
        for key, _ in ready:
            sender = key.data
            if not sender.receive():
                continue
            now = time.perf_counter()
            yield now - sender.begun
            request = next(requests, None) if now < until else None
            if request is None:
                busy -= 1
            else:
                sender.send(request)


def post(path: str, body: bytes, *headers: str) -> bytes:
    """A POST of JSON, as bytes on the wire."""
    lines = (
        f"POST {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *headers,
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
