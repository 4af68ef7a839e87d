"""The sending side of one connection."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from starlette.types import Message, Send
from websockets.server import ServerProtocol

from gql_app.web.closing import Close
from gql_app.web.refusals import ClientGone
from gql_app.web.reply import VARIES

AT_ONCE = 64 * 1024
"""Bytes that one who may not read at all is sent together; what is a single message may be longer."""


class Line:
    """Sends one message at a time; a reader who keeps one waiting longer than `patience` seconds is lost."""

    __slots__ = (
        "_alarm",
        "_on_lost",
        "_patience",
        "_send",
        "_sending_since",
        "_server",
        "_shut",
        "_transport",
        "_turn",
    )

    def __init__(self, send: Send, patience: float, on_lost: Callable[[], None]) -> None:
        self._send = send
        self._patience = patience
        self._on_lost = on_lost
        self._turn = asyncio.Lock()
        self._shut = False
        self._sending_since: float | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self._server = getattr(send, "__self__", None)
        self._transport: asyncio.Transport | None = getattr(self._server, "transport", None)
        """Where the server shows it."""

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

    @property
    def is_free(self) -> bool:
        """Whether a message would be sent at once: nothing waits to be sent, and the server shows that."""
        line = self._transport
        if line is None or self._shut or self._turn.locked() or line.is_closing():
            return False
        return not line.get_write_buffer_size()

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

    def leave(self) -> None:
        """Nobody needs it any more: an alarm that is still set would hold all that belongs to it until it goes off."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def hang_up(self) -> None:
        """Drop what is unsent; where the server hides its transport, it drops it when the app returns."""
        self._shut = True
        if self._transport is not None:
            self._transport.abort()


class SocketLine(Line):
    """The sending side of a WebSocket."""

    __slots__ = ()

    def say(self, text: str) -> Coroutine[None, None, None]:
        """Send one text message, or raise ClientGone."""
        return self.pass_on({"type": "websocket.send", "text": text})

    def say_at_once(self, texts: list[bytes]) -> bool:
        """Send text messages; none where they would wait, or where the server does not show what makes its frames."""
        frames, line = getattr(self._server, "conn", None), self._transport
        if not isinstance(frames, ServerProtocol) or line is None or not self.is_free:
            return False
        if len(texts) > 1 and sum(map(len, texts)) > AT_ONCE:
            return False
        for text in texts:
            frames.send_text(text)
        line.write(b"".join(frames.data_to_send()))
        return True

    async def close(self, close: Close) -> None:
        """Send the close message; nothing is sent afterwards."""
        await self.end_with({"type": "websocket.close", "code": close.code, "reason": close.reason})


class BodyLine(Line):
    """The sending side of a response whose body goes on."""

    __slots__ = ()

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

    def say_at_once(self, part: bytes) -> bool:
        """Send a part of the body, or nothing where it would have to wait."""
        return self.is_free and self._pass_on_at_once({"type": "http.response.body", "body": part, "more_body": True})

    def _pass_on_at_once(self, message: Message) -> bool:
        sending: Any = self._send(message)
        try:
            sending.send(None)
        except StopIteration:
            return True
        except OSError:
            return False
        sending.close()  # no server waits whose buffer is empty; what one that did has sent would be unknown
        self.hang_up()
        return False

    async def finish(self) -> None:
        """End the body."""
        await self.end_with({"type": "http.response.body", "body": b""})
