"""The life of one accepted socket."""

import asyncio
from contextlib import suppress
from typing import Never

from starlette.types import Receive, Send

from gql_app.errors import Forbidden, Unauthenticated, Unchecked
from gql_app.viewers.guests import Guests
from gql_app.web import closing
from gql_app.web.closing import Close, Closing
from gql_app.web.conversation import Caller, Conversation, Service
from gql_app.web.frames import ConnectionInit, Frame, read_frame
from gql_app.web.limits import Limits
from gql_app.web.line import SocketLine
from gql_app.web.operations import Operations
from gql_app.web.pace import Pace
from gql_app.web.problems import note_problem
from gql_app.web.refusals import BadRequest, ClientGone


class Connection:
    """Listens in one task, which can be ended from anywhere, and lets go of everything at the end."""

    def __init__(self, receive: Receive, send: Send, limits: Limits) -> None:
        self.operations = Operations(limits.operations)
        self.was_slow = False
        self._receive = receive
        self._limits = limits
        self._line = SocketLine(send, limits.send_timeout, self._give_up)
        self._fuse = asyncio.timeout(limits.init_timeout)
        self._pace = Pace(limits.messages_per_second, asyncio.get_running_loop().time)
        self._ending: Close | None = None

    async def live(self, service: Service, caller: Caller) -> None:
        """Talk until one side ends it; every operation is over when this returns."""
        conversation = Conversation(service, caller, self._line, self.operations)
        try:
            close = await self._until_ended(conversation, service.gate.guests)
            self.operations.stop_all()
            await self._say_goodbye(close)
        finally:
            conversation.leave()
            self.operations.stop_all()
            await self.operations.ended()
            self._line.leave()

    def end(self, close: Close) -> None:
        """End it from another task; the first reason counts."""
        if self._ending is None:
            self._ending = close
            self._set_deadline(asyncio.get_running_loop().time())

    def hang_up(self) -> None:
        """Drop what is unsent: nothing more will be."""
        self._line.hang_up()

    def _give_up(self) -> None:
        """Whoever does not read is not waited for."""
        self.was_slow = True
        self.end(closing.SLOW_READER)

    async def _until_ended(self, conversation: Conversation, guests: Guests) -> Close:
        try:
            async with self._fuse:
                await self._listen(conversation, guests)
        except TimeoutError:
            return self._ending or closing.INIT_TIMEOUT
        except Exception as error:
            return _close_for(error)
        finally:
            self._ending = closing.GONE

    async def _listen(self, conversation: Conversation, guests: Guests) -> Never:
        while not isinstance(await self._heard(conversation), ConnectionInit):
            pass
        self._lift_deadline()
        with guests.staying(conversation.viewer, lambda objection: self.end(closing.unwelcome(str(objection)))):
            while True:
                await self._heard(conversation)

    async def _heard(self, conversation: Conversation) -> Frame:
        message = await self._receive()
        if message["type"] == "websocket.disconnect":
            raise ClientGone
        frame = read_frame(message.get("text"), self._limits.message)
        await conversation.hear(frame)
        # What came in one packet must not starve other clients, or stopped tasks: at least one turn is theirs.
        await asyncio.sleep(self._pace.pause())
        return frame

    def _lift_deadline(self) -> None:
        if self._ending is None:
            self._set_deadline(None)

    def _set_deadline(self, when: float | None) -> None:
        if not self._fuse.expired():
            self._fuse.reschedule(when)

    async def _say_goodbye(self, close: Close) -> None:
        if close.code == closing.NEVER_SENT:
            return
        with suppress(ClientGone, TimeoutError):
            async with asyncio.timeout(self._limits.send_timeout):
                await self._line.close(close)


def _close_for(error: Exception) -> Close:
    match error:
        case Closing():
            return error.close
        case BadRequest():
            return closing.malformed(str(error))
        case Forbidden() | Unauthenticated():
            return closing.unwelcome(str(error))
        case Unchecked():
            return closing.TRY_LATER
        case ClientGone():
            return closing.GONE
    note_problem(error)
    return closing.FAILED
