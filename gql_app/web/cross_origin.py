"""Which pages on other hosts may ask over HTTP, as browsers are told (CORS): none but those that are allowed."""

from collections.abc import Sequence

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

METHODS = ("GET", "POST")
READ = ("Authorization", "Content-Type", "If-None-Match", "Last-Event-ID", "Apollo-Require-Preflight")
SHOWN = ("ETag", "Retry-After", "WWW-Authenticate")


def shared_with(app: ASGIApp, origins: Sequence[str]) -> ASGIApp:
    """The app, also for pages of these origins; without cookies, for nothing here is known by them."""
    return CrossOrigin(app, origins) if origins else app


class CrossOrigin:
    """Leaves programs, which name no origin, to the app alone."""

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        self._app = app
        self._shared = CORSMiddleware(
            app, allow_origins=origins, allow_methods=METHODS, allow_headers=READ, expose_headers=SHOWN
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        is_a_page = any(name == b"origin" for name, _ in scope["headers"])
        await (self._shared if is_a_page else self._app)(scope, receive, send)
