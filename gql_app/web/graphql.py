"""GraphQL over HTTP, as thin ASGI: this is the hottest path of the service."""

from collections.abc import Callable

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gql_app.errors import RequestRefused
from gql_app.schema.request import Request
from gql_app.web.body import read_body
from gql_app.web.engine import Engine
from gql_app.web.headers import EVENT_STREAM, JSON, Fields, header_fields, media_type, require_json
from gql_app.web.problems import answer_status, problem_reply
from gql_app.web.refusals import ClientGone, EventStreamNotServed, MethodRefused, MutationByGet
from gql_app.web.reply import Reply, send_reply
from gql_app.web.request import from_body, from_query_string

SUBSCRIBE_ELSEWHERE = {
    "message": "Subscriptions are served over a WebSocket at this address, subprotocol graphql-transport-ws.",
    "extensions": {"code": "SUBSCRIPTION_NEEDS_WEBSOCKET"},
}


class GraphQLOverHTTP:
    """Answers GET and POST; `page` is what a browser gets that opens the address itself."""

    def __init__(self, engine: Engine, max_body: int, page: Callable[[], Response] | None = None) -> None:
        self._engine = engine
        self._max_body = max_body
        self._page = page

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
        await send_reply(send, reply)

    async def _reply(self, scope: Scope, fields: Fields, receive: Receive) -> Reply:
        media = JSON
        try:
            media = _json_only(media_type(fields))
            request = await self._request(scope, fields, receive)
            self._refuse_kind(scope["method"], request)
            answer = await self._engine.answer(request)
        except ClientGone:
            raise
        except Exception as error:
            return problem_reply(error, media)
        return Reply(answer_status(answer.executed, media), media, answer.payload)

    async def _request(self, scope: Scope, fields: Fields, receive: Receive) -> Request:
        if scope["method"] == "POST":
            require_json(fields)
            return from_body(await read_body(receive, fields, self._max_body))
        if scope["method"] == "GET":
            return from_query_string(scope["query_string"])
        raise MethodRefused

    def _refuse_kind(self, method: str, request: Request) -> None:
        kind = self._engine.kind(request)
        if kind == "subscription":
            raise RequestRefused([SUBSCRIBE_ELSEWHERE])
        if kind == "mutation" and method == "GET":
            raise MutationByGet


def _json_only(media: bytes) -> bytes:
    """Refuse streams: whoever adds them branches off here."""
    if media == EVENT_STREAM:
        raise EventStreamNotServed
    return media


def _wants_page(scope: Scope, fields: Fields) -> bool:
    if scope["method"] != "GET" or b"text/html" not in fields.get(b"accept", b""):
        return False
    return not any(part.startswith(b"query=") for part in scope["query_string"].split(b"&"))


async def _show(page: Response, scope: Scope, receive: Receive, send: Send) -> None:
    page.headers.add_vary_header("Accept")
    await page(scope, receive, send)
