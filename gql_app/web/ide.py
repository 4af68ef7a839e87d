"""The editor a browser gets at /graphql, built from `web/` and served from this host alone."""

from pathlib import Path

from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

ASSETS_PATH = "/graphql/ide/assets"

BUILT = Path(__file__).with_name("ide")
NOT_BUILT = "The IDE is not built. In the folder web, run: npm ci && npm run build\n"

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "worker-src 'self'",
        "connect-src 'self'",
        "style-src 'self' 'unsafe-inline'",  # the editor places its lines and colours by inline styles
        "img-src 'self' data:",
        "font-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
PAGE_HEADERS = HEADERS | {"Cache-Control": "no-store"}
ASSET_HEADERS = HEADERS | {"Cache-Control": "public, max-age=31536000, immutable"}


def page() -> Response:
    """The page itself; 503 and what to do where it was never built."""
    try:
        return HTMLResponse((BUILT / "index.html").read_bytes(), headers=PAGE_HEADERS)
    except FileNotFoundError:
        return PlainTextResponse(NOT_BUILT, 503, headers=PAGE_HEADERS)


def assets() -> StaticFiles:
    """Everything the page asks for, to be mounted at ASSETS_PATH."""
    return HashedFiles(directory=BUILT / "assets", check_dir=False)


class HashedFiles(StaticFiles):
    """Files whose names change with their content, so a browser never asks twice."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, to be kept for a year, under the page's own policy: a worker takes it from here."""
        response = await super().get_response(path, scope)
        response.headers.update(ASSET_HEADERS)
        return response

    async def check_config(self) -> None:
        """A missing folder is every file missing: the page says why."""
