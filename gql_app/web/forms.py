"""How results that go on are written into the body of one response.

Sources: GraphQL over Server-Sent Events, distinct connections mode (graphql-sse's PROTOCOL.md); HTML Living Standard,
9.2 Server-sent events; Apollo's multipart subscriptions over HTTP, subscriptionSpec 1.0.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from gql_app.live.recent import Result


@dataclass(frozen=True, slots=True)
class Form:
    """What is written first, for a result, for errors that end it, while nothing happens, and last.

    Where the service stops, `interrupted` is written instead of `ending`: clients are to come back.
    """

    media: bytes
    opening: bytes
    result: Callable[[Result], bytes]
    failure: Callable[[list[dict[str, Any]]], bytes]
    heartbeat: bytes
    ending: bytes
    interrupted: bytes


def _event(result: Result) -> bytes:
    place = b"id: " + result.cursor.encode() + b"\n" if result.cursor else b""
    return b"event: next\n" + place + b"data: " + result.payload + b"\n\n"


def _failed_event(errors: list[dict[str, Any]]) -> bytes:
    return b"event: next\ndata: " + msgspec.json.encode({"errors": errors}) + b"\n\n"


EVENTS = Form(
    media=b"text/event-stream; charset=utf-8",
    opening=b":\n\n",
    result=_event,
    failure=_failed_event,
    heartbeat=b":\n\n",
    ending=b"event: complete\ndata:\n\n",
    interrupted=b"",
)

BOUNDARY = b"\r\n--graphql"
HEAD = b"\r\ncontent-type: application/json\r\n\r\n"
RESTART = b'{"payload":null,"errors":[{"message":"Service restart","extensions":{"code":"RESTART"}}]}'


def _part(payload: bytes) -> bytes:
    """Each part is followed by the next boundary at once: only then do clients read it."""
    return HEAD + payload + BOUNDARY


def _failed_part(errors: list[dict[str, Any]]) -> bytes:
    return _part(msgspec.json.encode({"payload": {"errors": errors}}))


PARTS = Form(
    media=b'multipart/mixed;boundary="graphql";subscriptionSpec=1.0',
    opening=BOUNDARY,
    result=lambda result: _part(b'{"payload":' + result.payload + b"}"),
    failure=_failed_part,
    heartbeat=_part(b"{}"),
    ending=b"--\r\n",
    interrupted=_part(RESTART) + b"--\r\n",
)
