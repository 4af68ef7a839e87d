"""What is said on one socket: the rules of graphql-transport-ws."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace

from gql_app.viewers.crowd import Crowd, Crowded
from gql_app.viewers.payer import payer_of
from gql_app.viewers.viewer import EVERYONE
from gql_app.web import closing
from gql_app.web.closing import Closing
from gql_app.web.engine import Engine
from gql_app.web.frames import (
    ACK,
    Answers,
    Complete,
    ConnectionInit,
    Frame,
    Ping,
    Subscribe,
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
    sockets: Crowd


@dataclass(frozen=True, slots=True)
class Caller:
    """What is known of a client before it says anything: what its handshake said, and where it is."""

    headers: Mapping[str, str]
    address: str = ""


class Conversation:
    """Reacts to one message after the other; raises Closing where the protocol says the socket ends."""

    def __init__(self, service: Service, caller: Caller, line: SocketLine, operations: Operations) -> None:
        self._service = service
        self._caller = caller
        self._line = line
        self._operations = operations
        self._greeted = False
        self.viewer = EVERYONE
        self._place = ExitStack()

    def leave(self) -> None:
        """Let go of the socket's place among its viewer's."""
        self._place.close()

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
        self.viewer = await self._service.gate.greet(frame.payload, self._caller.headers)
        self._take_place()
        await self._line.say(ACK)

    def _take_place(self) -> None:
        """Sockets of viewers who are not told apart are counted by their address alone."""
        if self.viewer.key_id is None and self.viewer.subject is None:
            return
        try:
            self._place.enter_context(self._service.sockets.place(payer_of(self.viewer, self._caller.address)))
        except Crowded:
            raise Closing(closing.CROWDED_VIEWER) from None

    async def _subscribe(self, frame: Subscribe) -> None:
        if not self._greeted:
            raise Closing(closing.UNAUTHORIZED)
        if frame.id in self._operations:
            raise Closing(closing.taken(frame.id))
        asked = from_parameters(frame.payload)
        request = replace(asked, viewer=self.viewer, address=self._caller.address)
        if self._operations.is_full():
            await self._line.say(Answers(frame.id).error([TOO_MANY_OPERATIONS]).decode())
            return
        work = run_operation(frame.id, request, self._service.engine, self._line, self._operations)
        self._operations.start(frame.id, work)
