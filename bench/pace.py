"""An open loop: events are due at a fixed rate, whether or not those before them have been answered."""

import selectors
import time
from collections.abc import Iterator
from contextlib import ExitStack

from bench.load import PATIENCE, Sender


def paced(port: int, senders: int, requests: Iterator[bytes], rate: float, seconds: float) -> list[float]:
    """Seconds from the moment each event was due to its answer, waiting for a free connection included."""
    with ExitStack() as stack:
        selector = stack.enter_context(selectors.DefaultSelector())
        crowd = [Sender(port) for _ in range(senders)]
        for sender in crowd:
            stack.enter_context(sender.socket)
            selector.register(sender.socket, selectors.EVENT_READ, sender)
        begun = time.perf_counter()
        due = (begun + number / rate for number in range(int(rate * seconds)))
        return list(_answers(selector, crowd, requests, due))


def _answers(
    selector: selectors.BaseSelector, free: list[Sender], requests: Iterator[bytes], due: Iterator[float]
) -> Iterator[float]:
    crowd, moment = len(free), next(due, None)
    while moment is not None or len(free) < crowd:
        while moment is not None and free and moment <= time.perf_counter():
            sender = free.pop()
            sender.send(next(requests))
            sender.begun, moment = moment, next(due, None)
        for key, _ in selector.select(_patience(moment, free)):
            if key.data.receive():
                yield time.perf_counter() - key.data.begun
                free.append(key.data)


def _patience(moment: float | None, free: list[Sender]) -> float:
    return PATIENCE if moment is None or not free else max(0.0, moment - time.perf_counter())
