"""What is said on one socket: the rules of graphql-transport-ws."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from gql_app.viewers.viewer import EVERYONE
from gql_app.web import closing
from gql_app.web.closing import Closing
from gql_app.web.engine import Engine
from gql_app.web.frames import (
    ACK,
    Complete,
    ConnectionInit,
    Frame,
    Ping,
    Subscribe,
    error_frame,
    label_of,
    pong_frame,
)
from gql_app.web.gate import Gate
from gql_app.web.line import SocketLine
from gql_app.web.operation import run_operation
from gql_app.web.operations import Operations
from gql_app.web.request import from_parameters

TOO_MANY_OPERATIONS = {
    "message": "Too many operations run on this connection: complete one first.",
    "extensions": {"code": "TOO_MANY_OPERATIONS"},
}


@dataclass(frozen=True, slots=True)
class Service:
    """Who answers on a socket, who says whom its client is, and who says when they must go."""

    engine: Engine
    gate: Gate


class Conversation:
    """Reacts to one message after the other; raises Closing where the protocol says the socket ends."""

    def __init__(self, service: Service, headers: Mapping[str, str], line: SocketLine, operations: Operations) -> None:
        self._service = service
        self._headers = headers
        self._line = line
        self._operations = operations
        self._greeted = False
        self.viewer = EVERYONE

    async def hear(self, frame: Frame) -> None:
        """Do what one message asks for."""
        match frame:
            case ConnectionInit():
                await self._welcome(frame)
            case Ping():
                await self._line.say(pong_frame(frame.payload))
            case Subscribe():
                await self._subscribe(frame)
            case Complete():
                self._operations.stop(frame.id)

    async def _welcome(self, frame: ConnectionInit) -> None:
        if self._greeted:
            raise Closing(closing.TOO_MANY_INITS)
        self._greeted = True
        self.viewer = await self._service.gate.greet(frame.payload, self._headers)
        await self._line.say(ACK)

    async def _subscribe(self, frame: Subscribe) -> None:
        if not self._greeted:
            raise Closing(closing.UNAUTHORIZED)
        if frame.id in self._operations:
            raise Closing(closing.taken(frame.id))
        request = replace(from_parameters(frame.payload), viewer=self.viewer)
        if self._operations.is_full():
            await self._line.say(error_frame(label_of(frame.id), [TOO_MANY_OPERATIONS]))
            return
        work = run_operation(frame.id, request, self._service.engine, self._line, self._operations)
        self._operations.start(frame.id, work)
