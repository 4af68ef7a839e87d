"""Whether the process lives, and whether it can do its work."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse

Check = Callable[[], Awaitable[dict[str, Any]]]

WORKS = ("ok", "polling")
"""Without its feed a process still hears of everything, only later."""


def health_routes(ready: Check) -> APIRouter:
    """`/health/live` and `/health/ready` (503 where any part does not work)."""
    router = APIRouter()

    @router.get("/")
    async def home() -> RedirectResponse:
        return RedirectResponse("/graphql")

    @router.get("/health/live")
    async def live() -> JSONResponse:
        return JSONResponse({"status": "ok"})

    @router.get("/health/ready")
    async def readiness() -> JSONResponse:
        parts = await ready()
        is_ready = all(word in WORKS for word in parts.values())
        status = {"status": "ok" if is_ready else "not ready", **parts}
        return JSONResponse(status, status_code=200 if is_ready else 503)

    return router


def schema_route(text: str | None) -> APIRouter:
    """`/schema.graphql`, or why it is not shown."""
    router = APIRouter()

    @router.get("/schema.graphql")
    async def schema() -> PlainTextResponse:
        if text is None:
            return PlainTextResponse("The schema is not shown here (GQL_APP_INTROSPECTION is off).\n", 403)
        return PlainTextResponse(text, media_type="text/plain; charset=utf-8")

    return router
