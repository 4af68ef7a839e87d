"""The sending side of one connection."""

import asyncio
from collections.abc import Callable, Coroutine

from starlette.types import Message, Send

from gql_app.web.closing import Close
from gql_app.web.refusals import ClientGone
from gql_app.web.reply import VARIES


class Line:
    """Sends one message at a time; a reader who keeps one waiting longer than `patience` seconds is lost."""

    def __init__(self, send: Send, patience: float, on_lost: Callable[[], None]) -> None:
        self._send = send
        self._patience = patience
        self._on_lost = on_lost
        self._turn = asyncio.Lock()
        self._shut = False
        self._sending_since: float | None = None
        self._alarm: asyncio.TimerHandle | None = None

    async def pass_on(self, message: Message) -> None:
        """Send one message, or raise ClientGone."""
        await self._turn.acquire()
        try:
            if self._shut:
                raise ClientGone
            self._watch_clock()
            await self._send(message)
        except OSError:
            raise ClientGone from None
        finally:
            self._sending_since = None
            self._turn.release()

    async def end_with(self, message: Message) -> None:
        """Send a last message after what is being sent now; nothing is sent afterwards."""
        await self._turn.acquire()
        try:
            if not self._shut:
                self._shut = True
                self._watch_clock()
                await self._send(message)
        except OSError:
            raise ClientGone from None
        finally:
            self._sending_since = None
            self._turn.release()

    def _watch_clock(self) -> None:
        loop = asyncio.get_running_loop()
        self._sending_since = loop.time()
        if self._alarm is None:
            self._alarm = loop.call_later(self._patience, self._look_at_clock)

    def _look_at_clock(self) -> None:
        """One alarm serves every message sent while it runs: one for each would cost more than the rest."""
        self._alarm = None
        if self._sending_since is None:
            return
        loop = asyncio.get_running_loop()
        lost_at = self._sending_since + self._patience
        if loop.time() < lost_at:
            self._alarm = loop.call_at(lost_at, self._look_at_clock)
            return
        self.hang_up()
        self._on_lost()

    def hang_up(self) -> None:
        """Drop what is unsent; where the server hides its transport, it drops it when the app returns."""
        self._shut = True
        transport = getattr(getattr(self._send, "__self__", None), "transport", None)
        if transport is not None:
            transport.abort()


class SocketLine(Line):
    """The sending side of a WebSocket."""

    def say(self, text: str) -> Coroutine[None, None, None]:
        """Send one text message, or raise ClientGone."""
        return self.pass_on({"type": "websocket.send", "text": text})

    async def close(self, close: Close) -> None:
        """Send the close message; nothing is sent afterwards."""
        await self.end_with({"type": "websocket.close", "code": close.code, "reason": close.reason})


class BodyLine(Line):
    """The sending side of a response whose body goes on."""

    async def begin(self, media: bytes) -> None:
        """Send the head; no cache keeps the body, and no proxy holds it back."""
        headers = [
            (b"content-type", media),
            (b"cache-control", b"no-store"),
            VARIES,
            (b"x-accel-buffering", b"no"),
        ]
        await self.pass_on({"type": "http.response.start", "status": 200, "headers": headers})

    def say(self, part: bytes) -> Coroutine[None, None, None]:
        """Send a part of the body, or raise ClientGone."""
        return self.pass_on({"type": "http.response.body", "body": part, "more_body": True})

    async def finish(self) -> None:
        """End the body."""
        await self.end_with({"type": "http.response.body", "body": b""})
