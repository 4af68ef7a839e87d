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
            await self._within_patience(
                {"type": "websocket.close", "code": close.code, "reason": close.reason}
            )

    async def _within_patience(self, message: Message) -> None:
        alarm = asyncio.get_running_loop().call_later(self._patience, self._lose)
        try:
            await self._send(message)
        except OSError:
            raise ClientGone from None
        finally:
            alarm.cancel()

    def _lose(self) -> None:
        self.hang_up()
        self._on_lost()

    def hang_up(self) -> None:
        """Drop what is unsent; where the server hides its transport, it drops it when the app returns."""
        self._shut = True
        transport = getattr(getattr(self._send, "__self__", None), "transport", None)
        if transport is not None:
            transport.abort()
