"""GraphQL over WebSocket: who is let in, and who is."""

from collections.abc import Set
from contextlib import suppress

from starlette.types import Receive, Scope, Send

from gql_app.viewers.crowd import Crowd
from gql_app.viewers.payer import neighbourhood
from gql_app.web import closing
from gql_app.web.closing import Close
from gql_app.web.connection import Connection
from gql_app.web.conversation import Caller, Service
from gql_app.web.engine import Engine
from gql_app.web.gate import Gate
from gql_app.web.headers import Fields, address_of, header_fields
from gql_app.web.limits import Limits
from gql_app.web.open_sockets import OpenSockets
from gql_app.web.origin import may_connect

PROTOCOL = "graphql-transport-ws"
NO_ORIGINS: frozenset[str] = frozenset()


class GraphQLOverWebSocket:
    """Speaks graphql-transport-ws; `allowed_origins` read like https://shop.example."""

    def __init__(
        self,
        engine: Engine,
        gate: Gate,
        limits: Limits | None = None,
        allowed_origins: Set[str] = NO_ORIGINS,
    ) -> None:
        self.sockets = OpenSockets()
        self._limits = limits or Limits()
        self._service = Service(engine, gate, Crowd(self._limits.sockets_per_viewer))
        self._addresses = Crowd(self._limits.sockets_per_address)
        self._allowed_origins = {origin.lower().rstrip("/") for origin in allowed_origins}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one socket from its handshake to its end."""
        await receive()
        fields = header_fields(scope)
        with suppress(OSError):
            if not may_connect(fields, self._allowed_origins):
                await send({"type": "websocket.close"})
            elif PROTOCOL not in scope["subprotocols"]:
                await _turn_away(send, closing.NO_PROTOCOL)
            else:
                await self._serve(Caller(_as_text(fields), address_of(scope)), receive, send)

    async def _serve(self, caller: Caller, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.accept", "subprotocol": PROTOCOL})
        place = neighbourhood(caller.address)
        if self.sockets.closing or self._addresses.is_full(place):
            await _close(send, closing.RESTART if self.sockets.closing else closing.CROWDED_ADDRESS)
            return
        connection = Connection(receive, send, self._limits)
        with self.sockets.holding(connection), self._addresses.place(place):
            await connection.live(self._service, caller)


async def _turn_away(send: Send, close: Close) -> None:
    await send({"type": "websocket.accept"})
    await _close(send, close)


async def _close(send: Send, close: Close) -> None:
    await send({"type": "websocket.close", "code": close.code, "reason": close.reason})


def _as_text(fields: Fields) -> dict[str, str]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in fields.items()}
