"""News at a steady rate, whoever is slow, and what subscribers hear of it meanwhile."""

import selectors
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from bench.child import Contestant
from bench.live.crowd import Subscriber
from bench.live.news import mark, told
from bench.live.stage import Stage
from bench.load import Sender

SENDERS = 64
PATIENCE = 30.0
"""Seconds after the last news within which all must have been heard."""


class Pace:
    """Tells one server; hears everyone on the stage."""

    def __init__(self, stage: Stage, server: Contestant, customers: int, rate: float) -> None:
        self._selector = stage.selector
        self._port = server.port
        self._idle: deque[Sender] = deque()
        self._customers = customers
        self._rate = rate
        self._due: dict[int, float] = {}
        self.latencies: list[float] = []
        """Seconds from when the news was due to be posted until somebody heard it."""

    def tell(self, numbers: range, deliveries: int) -> float:
        """Tells, and waits until there were so many deliveries; returns the seconds that took."""
        requests = deque((number, told(number, number % self._customers)) for number in numbers)
        with self._connected():
            begun, enough = time.perf_counter(), len(self.latencies) + deliveries
            self._due |= {number: begun + place / self._rate for place, number in enumerate(numbers)}
            until = begun + len(numbers) / self._rate + PATIENCE
            while requests or len(self.latencies) < enough or len(self._idle) < SENDERS:
                while requests and self._idle and self._due[requests[0][0]] <= time.perf_counter():
                    self._idle.popleft().send(requests.popleft()[1])
                self._hear()
                if time.perf_counter() > until:
                    raise TimeoutError(f"{enough - len(self.latencies):,} of {deliveries:,} deliveries did not come")
            return time.perf_counter() - begun

    @contextmanager
    def _connected(self) -> Iterator[None]:
        """Anew each time: servers hang up on who is idle."""
        senders = [Sender(self._port) for _ in range(SENDERS)]
        self._idle.extend(senders)
        for sender in senders:
            self._selector.register(sender.socket, selectors.EVENT_READ, sender)
        try:
            yield
        finally:
            self._idle.clear()
            for sender in senders:
                self._selector.unregister(sender.socket)
                sender.socket.close()

    def _hear(self) -> None:
        for key, _ in self._selector.select(0.001):
            one: Sender | Subscriber = key.data
            if not one.receive():
                continue
            if isinstance(one, Sender):
                self._idle.append(one)
                continue
            now = time.perf_counter()
            self.latencies += [now - self._due[mark(answer)] for answer in one.answers]
