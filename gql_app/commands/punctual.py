"""The wire's side of HTTP: a request has an end, in time and in size, before anybody is asked to answer it.

uvicorn waits for ever for a request that was begun, and reads headers without end.
"""

import asyncio
from collections.abc import Iterable
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LONGEST_HEAD = 64 * 1024
"""Bytes of a request before its body."""

MOST_HEADERS = 100

LATE = b"408 Request Timeout"
TOO_LARGE = b"431 Request Header Fields Too Large"


class HeadTooLarge(Exception):
    """There are more headers than anybody needs."""


class Punctual(HttpToolsProtocol):
    """Knows since when a request has been on its way, and how much of its head there is."""

    began_at: float | None = None
    """On the loop's clock; None while nothing is on its way."""

    _head = 0
    _in_head = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Whoever connects means to ask."""
        super().connection_made(transport)
        self.began_at = self.loop.time()

    def data_received(self, data: bytes) -> None:
        """Also what belongs to no request begins one: it keeps the connection from being taken for idle."""
        if self.began_at is None:
            self.began_at = self.loop.time()
        super().data_received(data)
        if self._in_head:
            self._head += len(data)
            if self._head > LONGEST_HEAD:
                self._refuse(TOO_LARGE)

    def on_message_begin(self) -> None:
        """A head comes."""
        self._head, self._in_head = 0, True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The head is whole."""
        if len(self.headers) > MOST_HEADERS:
            raise HeadTooLarge
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is whole."""
        super().on_message_complete()
        self.began_at = None

    def send_400_response(self, msg: str) -> None:
        """What could not be read, or was too much of it."""
        if self._in_head and len(self.headers or ()) > MOST_HEADERS:
            self._refuse(TOO_LARGE)
        else:
            super().send_400_response(msg)

    def is_late(self, latest: float) -> bool:
        """Whether a request that began before this moment is still not whole."""
        return self.began_at is not None and self.began_at < latest and not self._is_answering()

    def hang_up(self) -> None:
        """Gives up waiting for the rest."""
        self._refuse(LATE)

    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete and not self.cycle.more_body

    def _refuse(self, status: bytes) -> None:
        if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
            self.transport.write(b"HTTP/1.1 " + status + b"\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        self.transport.close()


def hang_up_on_the_late(connections: Iterable[Any], latest: float) -> None:
    """Whoever began to ask before this moment and has not ended."""
    late = [one for one in connections if isinstance(one, Punctual) and one.is_late(latest)]
    for one in late:
        one.hang_up()
