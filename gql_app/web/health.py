"""Whether the process lives, and whether it can do its work."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse, RedirectResponse

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
