"""Whether the process lives, and whether it can do its work."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, RedirectResponse

Words = Callable[[], Awaitable[dict[str, str]]]

WORKS = ("ok", "polling")
"""Without its feed a process still hears of everything, only later."""


def health_routes(words: Words) -> APIRouter:
    """`/health/live` and `/health/ready` (503 where any part does not work, but for those named in `without`)."""
    router = APIRouter()

    @router.get("/")
    async def home() -> RedirectResponse:
        return RedirectResponse("/graphql")

    @router.get("/health/live")
    async def live() -> JSONResponse:
        return JSONResponse({"status": "ok"})

    @router.get("/health/ready")
    async def readiness(request: Request) -> JSONResponse:
        named = request.query_params.getlist("without")
        return judged(await words(), {part for one in named for part in one.split(",") if part})

    return router


def judged(words: dict[str, str], without: set[str]) -> JSONResponse:
    """Every part is told; those in `without` do not count. A part that does not exist is a mistake of the asker's."""
    if without - words.keys():
        return JSONResponse({"status": f"without: the parts are {', '.join(words)}"}, status_code=400)
    is_ready = all(word in WORKS for part, word in words.items() if part not in without)
    status = {"status": "ok" if is_ready else "not ready", **words}
    return JSONResponse(status, status_code=200 if is_ready else 503)
