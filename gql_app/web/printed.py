"""The schema as a file, for those who may see it."""

from starlette.types import Receive, Scope, Send

from gql_app.errors import Forbidden
from gql_app.web.gate import Gate
from gql_app.web.headers import JSON, Fields, header_fields
from gql_app.web.problems import problem_reply
from gql_app.web.refusals import GetOnly
from gql_app.web.reply import NOT_STORED, Reply, send_reply

DOOR = "/schema.graphql"
SCOPE = "schema:read"
HIDDEN = "The schema is not shown here: GQL_APP_INTROSPECTION is off."
NOT_ALLOWED = f"The schema is shown to those who have the scope {SCOPE}."


class Printed:
    """Answers with the text, None where it is hidden from everyone."""

    def __init__(self, text: str | None, gate: Gate) -> None:
        self._text = text
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        try:
            reply = await self._shown(scope["method"], header_fields(scope))
        except Exception as error:
            reply = problem_reply(error, JSON)
        await send_reply(send, reply)

    async def _shown(self, method: str, fields: Fields) -> Reply:
        if method not in ("GET", "HEAD"):
            raise GetOnly
        viewer = await self._gate.admit(fields)
        if self._text is None:
            raise Forbidden(HIDDEN)
        if SCOPE not in viewer.sight.scopes:
            raise Forbidden(NOT_ALLOWED)
        return Reply(200, b"text/plain", self._text.encode(), [NOT_STORED])
