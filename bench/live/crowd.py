"""Many subscribers in one loop: they count what they hear and read none of it."""

import selectors
import socket
import time
from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Self

from bench.live.wire import Asked
from bench.load import PATIENCE

TOGETHER = 100
"""So many connect at once: fewer than may wait at a server's door."""

CHUNK = 1 << 18


class Subscriber:
    """One connection and what it has heard so far: answers, and bytes that are no answer yet."""

    __slots__ = ("_asked", "_rest", "answers", "heard", "socket")

    def __init__(self, port: int, asked: Asked) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.socket.sendall(asked.head)
        self._asked = asked
        self._rest = b""
        self.heard = 0
        self.answers: list[bytes] = []

    def ask(self) -> None:
        """Waits until it is let in, then subscribes."""
        while b"\r\n\r\n" not in self._rest:
            chunk = self.socket.recv(CHUNK)
            self._rest += chunk
            if not chunk or not self._rest.startswith((b"HTTP/1.1 101", b"HTTP/1.1 200")):
                raise ConnectionError(f"not let in: {self._rest[:300]!r}")
        self._rest = self._rest.partition(b"\r\n\r\n")[2]
        if self._asked.words:
            self.socket.sendall(self._asked.words)

    def receive(self) -> bool:
        """Whether `answers` are complete now; those before them are forgotten."""
        chunk = self.socket.recv(CHUNK)
        if not chunk:
            raise ConnectionError("a server closed a subscriber's connection")
        answers, reply, self._rest = self._asked.hear(self._rest + chunk)
        if reply:
            self.socket.sendall(reply)
        if answers:
            self.heard += len(answers)
            self.answers = answers
        return bool(answers)


class Crowd(AbstractContextManager["Crowd"]):
    """Connected from the beginning of the context to its end. Crowds that share a selector all answer the pings of
    their servers while one of them waits.
    """

    def __init__(self, port: int, asked: Iterable[Asked], selector: selectors.BaseSelector) -> None:
        self._port = port
        self._asked = list(asked)
        self._selector = selector
        self.subscribers: list[Subscriber] = []

    def __enter__(self) -> Self:
        for begin in range(0, len(self._asked), TOGETHER):
            entering = [Subscriber(self._port, asked) for asked in self._asked[begin : begin + TOGETHER]]
            for one in entering:
                one.ask()
                self._selector.register(one.socket, selectors.EVENT_READ, one)
            self.subscribers += entering
            self.listen(0)
        return self

    def __exit__(self, *_: object) -> None:
        for one in self.subscribers:
            self._selector.unregister(one.socket)
            one.socket.close()

    def __len__(self) -> int:
        return len(self.subscribers)

    def hear_each(self, count: int, patience: float = PATIENCE) -> None:
        """Waits until each has heard so many answers since it came."""
        missing = {one for one in self.subscribers if one.heard < count}
        until = time.perf_counter() + patience
        while missing:
            for one in self.listen(0.5):
                if one.heard >= count:
                    missing.discard(one)
            if time.perf_counter() > until:
                raise TimeoutError(f"{len(missing)} subscribers have not heard {count} answers in {patience:g} s")

    def listen(self, seconds: float) -> list[Subscriber]:
        """Takes what is there, waiting for it so long; returns who heard answers, whose crowd ever they are."""
        return [key.data for key, _ in self._selector.select(seconds) if key.data.receive()]
