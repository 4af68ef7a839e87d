"""Where the doorkeeper stands: each request and each socket says who asks, before anything is read of what is asked."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from gql_app.errors import Forbidden
from gql_app.viewers.doorkeeper import Doorkeeper
from gql_app.viewers.opening import is_loopback
from gql_app.viewers.viewer import Viewer
from gql_app.web.headers import Fields
from gql_app.web.refusals import BadRequest

ELSEWHERE = "Without a token only this machine is answered, as localhost: make a key by `gql-app keys create`."
NOT_A_TEXT = "`Authorization` in the payload of connection_init must be a string."


class Gate:
    """Says who asks, over HTTP and over WebSocket."""

    def __init__(self, doorkeeper: Doorkeeper) -> None:
        self.guests = doorkeeper.guests
        self._doorkeeper = doorkeeper

    async def admit(self, fields: Fields) -> Viewer:
        """Who sent a request with these headers; raises Unauthenticated, Unchecked or Forbidden."""
        self._refuse_other_names(fields.get(b"host", b"").decode("latin-1"))
        authorization = fields.get(b"authorization")
        return await self._doorkeeper.admit(None if authorization is None else authorization.decode("latin-1"))

    async def greet(self, payload: dict[str, Any] | None, headers: Mapping[str, str]) -> Viewer:
        """Who opens a socket, by `Authorization` in what they say first or, of programs, in the headers before."""
        self._refuse_other_names(headers.get("host", ""))
        said = payload or {}
        authorization = said.get("Authorization", said.get("authorization", headers.get("authorization")))
        if authorization is not None and not isinstance(authorization, str):
            raise BadRequest(NOT_A_TEXT)
        return await self._doorkeeper.admit(authorization)

    def _refuse_other_names(self, host: str) -> None:
        """A page elsewhere whose name was made to point here would be asking with a name of its own."""
        if self._doorkeeper.is_open_to_this_machine and not _is_here(host):
            raise Forbidden(ELSEWHERE)


@lru_cache(64)
def _is_here(host: str) -> bool:
    name = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
    return host == "" or is_loopback(name.removeprefix("[").removesuffix("]"))
