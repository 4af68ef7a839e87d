"""Which door an address leads to. The hot ones are plain ASGI; FastAPI serves the rest."""

from collections.abc import Awaitable, Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from gql_app.web.printed import DOOR as SCHEMA
from gql_app.web.webhook import DOOR

Door = Callable[[Scope, Receive, Send], Awaitable[None]]


class Doors:
    """The outermost application."""

    def __init__(self, graphql: Door, socket: Door, webhook: Door, printed: Door, others: ASGIApp) -> None:
        self._graphql = graphql
        self._socket = socket
        self._webhook = webhook
        self._printed = printed
        self._others = others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Leads each connection to its door."""
        await self._door(scope)(scope, receive, send)

    def _door(self, scope: Scope) -> ASGIApp:
        kind, path = scope["type"], scope.get("path", "")
        if kind == "http":
            if path == "/graphql":
                return self._graphql
            if path == DOOR or path.startswith(DOOR + "/"):
                return self._webhook
            if path == SCHEMA:
                return self._printed
        if kind == "websocket" and path == "/graphql":
            return self._socket
        return self._others
