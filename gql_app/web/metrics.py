"""`/metrics`, for the keeper's Prometheus."""

from collections.abc import Awaitable, Callable, Mapping

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4
from starlette.responses import Response

from gql_app.errors import Forbidden, MirrorError
from gql_app.viewers.viewer import Viewer
from gql_app.web.headers import JSON, Fields
from gql_app.web.problems import problem_reply

Recognise = Callable[[Fields], Awaitable[Viewer]]
"""Who sends such headers; raises where they name nobody."""

SCOPE = "mirror:read"


class NotForReaders(Forbidden):
    """The figures need the scope mirror:read, and a key or token that is bound to no customer."""


def metrics_route(exposed: Callable[[], Awaitable[bytes]], recognise: Recognise) -> APIRouter:
    """Answers whoever may read the mirror's own state: everyone, where readers are not told apart."""
    router = APIRouter()

    @router.get("/metrics")
    async def metrics(request: Request) -> Response:
        try:
            admit(await recognise(_fields(request.headers)))
        except MirrorError as error:
            reply = problem_reply(error, JSON)
            headers = {name.decode(): value.decode() for name, value in reply.headers}
            return Response(reply.payload, reply.status, headers, "application/json")
        return Response(await exposed(), headers={"cache-control": "no-store"}, media_type=CONTENT_TYPE_PLAIN_0_0_4)

    return router


def admit(viewer: Viewer) -> None:
    """Raises NotForReaders."""
    if SCOPE not in viewer.sight.scopes or viewer.sight.bound is not None:
        raise NotForReaders()


def _fields(headers: Mapping[str, str]) -> Fields:
    return {name.encode("latin-1"): value.encode("latin-1") for name, value in headers.items()}
