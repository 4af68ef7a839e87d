"""The messages of graphql-transport-ws, read strictly and written by splicing bytes."""

from typing import Annotated, Any

import msgspec

from gql_app.web.refusals import BadRequest
from gql_app.web.strict_json import decoded

Id = Annotated[str, msgspec.Meta(min_length=1)]

ACK = '{"type":"connection_ack"}'


class ConnectionInit(msgspec.Struct, frozen=True, tag="connection_init"):
    """The client says who it is."""

    payload: dict[str, Any] | None = None


class Ping(msgspec.Struct, frozen=True, tag="ping"):
    """The client wants to hear from us."""

    payload: dict[str, Any] | None = None


class Pong(msgspec.Struct, frozen=True, tag="pong"):
    """The client lets us hear from it."""

    payload: dict[str, Any] | None = None


class Subscribe(msgspec.Struct, frozen=True, tag="subscribe"):
    """The client starts an operation of any kind; the payload is a GraphQL request."""

    id: Id
    payload: dict[str, Any]


class Complete(msgspec.Struct, frozen=True, tag="complete"):
    """The client no longer listens to an operation."""

    id: Id


Frame = ConnectionInit | Ping | Pong | Subscribe | Complete


def read_frame(text: str | None, limit: int) -> Frame:
    """Read what a client may send, in at most `limit` characters; None is a binary message."""
    if text is None:
        raise BadRequest("Messages must be text.")
    if len(text) > limit:
        raise BadRequest("The message is too large.")
    value = decoded(text.encode())
    try:
        frame: Frame = msgspec.convert(value, type=Frame)
    except msgspec.ValidationError as error:
        raise BadRequest(f"Invalid message: {error}") from None
    return frame


class Answers:
    """The messages that answer one operation, whose id is encoded once for all of them."""

    __slots__ = ("_id",)

    def __init__(self, operation_id: str) -> None:
        self._id = msgspec.json.encode(operation_id)

    def next(self, payload: bytes) -> bytes:
        """Carry one response map, as it is."""
        return b'{"id":%b,"type":"next","payload":%b}' % (self._id, payload)

    def error(self, errors: list[dict[str, Any]]) -> bytes:
        """End an operation that could not be carried out."""
        return b'{"id":%b,"type":"error","payload":%b}' % (self._id, msgspec.json.encode(errors))

    def complete(self) -> bytes:
        """End an operation that has said everything."""
        return b'{"id":%b,"type":"complete"}' % self._id


def pong_frame(payload: dict[str, Any] | None) -> str:
    """Answer a ping with what it carried."""
    carried = b"" if payload is None else b',"payload":' + msgspec.json.encode(payload)
    return (b'{"type":"pong"' + carried + b"}").decode()
