"""What is sent back over HTTP."""

from dataclasses import dataclass, field

from starlette.types import Send

NOT_STORED = (b"cache-control", b"no-store")
VARIES = (b"vary", b"Accept, Authorization")

Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Reply:
    """A complete JSON response, or one without a body where it has no media type; never cached unless it says so."""

    status: int
    media: bytes | None
    payload: bytes
    headers: Headers = field(default_factory=lambda: [NOT_STORED])


async def send_reply(send: Send, reply: Reply) -> None:
    """Send it."""
    headers = [*_entity(reply), VARIES, *reply.headers]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.payload})


def _entity(reply: Reply) -> Headers:
    if reply.media is None:
        return []
    return [
        (b"content-type", reply.media + b"; charset=utf-8"),
        (b"content-length", b"%d" % len(reply.payload)),
    ]
