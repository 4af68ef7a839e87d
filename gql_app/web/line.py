"""The sending side of one socket."""

import asyncio
from collections.abc import Callable

from starlette.types import Message, Send

from gql_app.web.closing import Close
from gql_app.web.refusals import ClientGone


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

    async def say(self, text: str) -> None:
        """Send one text message, or raise ClientGone."""
        async with self._turn:
            if self._shut:
                raise ClientGone
            await self._within_patience({"type": "websocket.send", "text": text})

    async def close(self, close: Close) -> None:
        """Send the close message after what is being sent now; nothing is sent afterwards."""
        async with self._turn:
            if self._shut:
                return
            self._shut = True
            await self._within_patience({"type": "websocket.close", "code": close.code, "reason": close.reason})

    async def _within_patience(self, message: Message) -> None:
        loop = asyncio.get_running_loop()
        self._sending_since = loop.time()
        if self._alarm is None:
            self._alarm = loop.call_later(self._patience, self._look_at_clock)
        try:
            await self._send(message)
        except OSError:
            raise ClientGone from None
        finally:
            self._sending_since = None

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
