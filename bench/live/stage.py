"""What every part of the live run needs: servers on databases of their own, and crowds that listen."""

import selectors
import time
from collections.abc import Iterable
from contextlib import ExitStack
from typing import Self

from bench.child import Contestant, contestant
from bench.live.crowd import Crowd
from bench.live.wire import Asked
from bench.scratch import postgres_database

GRAPH = "customer_graph:product"
CONNECTIONS = 5


class Stage(ExitStack):
    """Databases, servers and crowds that are there until the context ends."""

    def __init__(self, server: str) -> None:
        super().__init__()
        self._server = server
        self.selector = selectors.DefaultSelector()

    def __enter__(self) -> Self:
        self.enter_context(self.selector)
        return self

    def database(self) -> str:
        """The URL of a new one."""
        return self.enter_context(postgres_database(self._server))

    def server(self, url: str, name: str = "Customer Graph", kind: str = GRAPH) -> Contestant:
        """A process of its own."""
        return self.enter_context(contestant(name, kind, url, CONNECTIONS))

    def crowd(self, server: Contestant, asked: Iterable[Asked]) -> Crowd:
        """A subscriber for each."""
        return self.enter_context(Crowd(server.port, asked, self.selector))

    def listen(self, seconds: float) -> None:
        """Lets every crowd hear, for so long."""
        until = time.perf_counter() + seconds
        while (left := until - time.perf_counter()) > 0:
            for key, _ in self.selector.select(left):
                key.data.receive()
