"""What is sent back over HTTP."""

from dataclasses import dataclass, field

from starlette.types import Send


@dataclass(frozen=True, slots=True)
class Reply:
    """A complete JSON response."""

    status: int
    media: bytes
    payload: bytes
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)


async def send_reply(send: Send, reply: Reply) -> None:
    """Send it; answers are one client's and are never cached."""
    headers = [
        (b"content-type", reply.media + b"; charset=utf-8"),
        (b"content-length", b"%d" % len(reply.payload)),
        (b"cache-control", b"no-store"),
        (b"vary", b"Accept"),
        *reply.headers,
    ]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.payload})
