"""GraphQL over HTTP, as thin ASGI: this is the hottest path of the service."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gql_app.errors import RequestRefused
from gql_app.schema.request import Request
from gql_app.viewers.viewer import EVERYONE
from gql_app.web.body import read_body
from gql_app.web.engine import Engine
from gql_app.web.forms import EVENTS, PARTS, Form
from gql_app.web.gate import Gate
from gql_app.web.headers import (
    EVENT_STREAM,
    JSON,
    MULTIPART,
    Accepted,
    Fields,
    accepted,
    address_of,
    header_fields,
    require_json,
)
from gql_app.web.limits import Limits
from gql_app.web.problems import answer_status, problem_reply
from gql_app.web.refusals import ClientGone, MethodRefused, MutationByGet
from gql_app.web.reply import Reply, send_reply
from gql_app.web.request import from_body, from_query_string
from gql_app.web.revisits import Revisits
from gql_app.web.streaming import Ongoing, OpenStreams

SUBSCRIBE_ELSEWHERE = {
    "message": "A subscription needs a stream: a WebSocket at this address (subprotocol graphql-transport-ws),"
    " Accept: text/event-stream, or Accept: multipart/mixed;subscriptionSpec=1.0.",
    "extensions": {"code": "SUBSCRIPTION_NEEDS_STREAM"},
}
FORMS: dict[bytes, Form] = {EVENT_STREAM: EVENTS, MULTIPART: PARTS}

ASKING = (b"query=", b"documentId=", b"id=", b"doc_id=", b"extensions=")
"""Parameters by which a browser's GET asks something."""


class GraphQLOverHTTP:
    """Answers GET and POST; `page` is what a browser gets that opens the address itself."""

    def __init__(
        self,
        engine: Engine,
        gate: Gate,
        max_body: int,
        page: Callable[[], Response] | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.streams = OpenStreams(gate.guests, limits)
        self._gate = gate
        self._engine = engine
        self._max_body = max_body
        self._page = page
        self._revisits = Revisits(engine)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; whoever leaves in the middle of asking gets nothing."""
        fields = header_fields(scope)
        if self._page is not None and _wants_page(scope, fields):
            await _show(self._page(), scope, receive, send)
            return
        try:
            reply = await self._reply(scope, fields, receive)
        except ClientGone:
            return
        if isinstance(reply, Reply):
            await send_reply(send, reply)
        else:
            await self.streams.serve(reply, receive, send)

    async def _reply(self, scope: Scope, fields: Fields, receive: Receive) -> Reply | Ongoing:
        media = JSON
        try:
            readable = accepted(fields)
            media = readable.json or JSON
            viewer = await self._gate.admit(fields)
            asked = await self._request(scope, fields, receive)
            request = replace(asked, viewer=viewer, address=address_of(scope))
            work = self._answered(scope["method"], request, fields, readable)
            return await (work if viewer is EVERYONE else self._gate.guests.while_welcome(viewer, work))
        except ClientGone:
            raise
        except Exception as error:
            return problem_reply(error, media)

    async def _answered(self, method: str, request: Request, fields: Fields, readable: Accepted) -> Reply | Ongoing:
        kind, media = self._kind(method, request), readable.json
        if kind == "subscription" or media is None:
            return self._ongoing(request, readable.stream)
        if method == "GET" or self._engine.is_trusted(request):
            return await self._revisits.reply(request, fields, media)
        answer = await self._engine.answer(request)
        return Reply(answer_status(answer.executed, media), media, answer.payload)

    def _ongoing(self, request: Request, media: bytes | None) -> Ongoing:
        if media is None:
            raise RequestRefused([SUBSCRIBE_ELSEWHERE])
        return Ongoing(FORMS[media], partial(self._engine.stream, request), request.viewer)

    async def _request(self, scope: Scope, fields: Fields, receive: Receive) -> Request:
        if scope["method"] == "POST":
            require_json(fields)
            return _resumed(from_body(await read_body(receive, fields, self._max_body)), fields)
        if scope["method"] == "GET":
            return _resumed(from_query_string(scope["query_string"]), fields)
        raise MethodRefused

    def _kind(self, method: str, request: Request) -> str | None:
        kind = self._engine.kind(request)
        if kind == "mutation" and method == "GET":
            raise MutationByGet
        return kind


def _resumed(request: Request, fields: Fields) -> Request:
    """What an EventSource heard last is newer than the address it keeps calling."""
    heard = fields.get(b"last-event-id")
    return replace(request, cursor=heard.decode("latin-1")) if heard else request


def _wants_page(scope: Scope, fields: Fields) -> bool:
    if scope["method"] != "GET" or b"text/html" not in fields.get(b"accept", b""):
        return False
    return not any(part.startswith(ASKING) for part in scope["query_string"].split(b"&"))


async def _show(page: Response, scope: Scope, receive: Receive, send: Send) -> None:
    page.headers.add_vary_header("Accept")
    await page(scope, receive, send)
