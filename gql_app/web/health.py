"""Whether the process lives, and whether it can do its work."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse

Check = Callable[[], Awaitable[dict[str, Any]]]


def health_routes(ready: Check, schema_text: Callable[[], str]) -> APIRouter:
    """`/health/live`, `/health/ready` (503 where any part is not "ok") and `/schema.graphql`."""
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
        is_ready = all(word == "ok" for word in parts.values())
        status = {"status": "ok" if is_ready else "not ready", **parts}
        return JSONResponse(status, status_code=200 if is_ready else 503)

    @router.get("/schema.graphql")
    async def schema() -> PlainTextResponse:
        return PlainTextResponse(schema_text(), media_type="text/plain; charset=utf-8")

    return router
