"""Reads the body of a request, never more than is allowed."""

from starlette.types import Receive

from gql_app.web.headers import Fields
from gql_app.web.refusals import BodyTooLarge, ClientGone


async def read_body(receive: Receive, fields: Fields, limit: int) -> bytes:
    """Read it whole; what is announced or turns out to be larger than `limit` bytes is refused."""
    _refuse_announced(fields.get(b"content-length", b"0"), limit)
    chunk, more = await _chunk(receive)
    if not more and len(chunk) <= limit:
        return chunk
    body = bytearray(chunk)
    while more and len(body) <= limit:
        chunk, more = await _chunk(receive)
        body += chunk
    if len(body) > limit:
        raise BodyTooLarge
    return bytes(body)


def _refuse_announced(length: bytes, limit: int) -> None:
    if len(length) > 18 or (length.isdigit() and int(length) > limit):
        raise BodyTooLarge


async def _chunk(receive: Receive) -> tuple[bytes, bool]:
    message = await receive()
    if message["type"] == "http.disconnect":
        raise ClientGone
    return message.get("body", b""), message.get("more_body", False)
