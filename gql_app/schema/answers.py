"""Response maps as bytes, and errors as clients may see them."""

import logging
import traceback
from collections.abc import Iterable
from typing import Any

import msgspec
from graphql import GraphQLError

from gql_app.errors import BadArgument, BadCursor, MirrorError, Outage, RequestRefused
from gql_app.live.recent import Result
from gql_app.schema.request import Answer

log = logging.getLogger(__name__)

ENCODER = msgspec.json.Encoder()
PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
NO_OPERATION = "OPERATION_RESOLUTION_FAILURE"
BAD_INPUT = "BAD_USER_INPUT"
"""Codes of what the engine itself finds wrong, as Apollo Server has named them."""

CODES: dict[type[Exception], str] = {BadArgument: BAD_INPUT, BadCursor: "BAD_CURSOR", Outage: "OUTAGE"}

LONGEST_MESSAGE = 1_000
OUTAGE = "The database did not answer in time: try again in a moment, or ask for less."


def refusal(refused: RequestRefused) -> Answer:
    """Nothing was executed: errors only."""
    return Answer(ENCODER.encode({"errors": refused.errors}), executed=False)


def answer(data: Any, errors: Iterable[dict[str, Any]], extensions: dict[str, Any] | None = None) -> Answer:
    """What was executed, with what went wrong on the way."""
    response = {"data": data}
    if errors := list(errors):
        response = {"errors": errors, "data": data}
    if extensions:
        response["extensions"] = extensions
    return Answer(ENCODER.encode(response), executed=True, is_whole=not errors)


def spliced(
    members: Iterable[tuple[bytes, bytes]], extensions: dict[str, Any] | None = None, errors: bytes = b""
) -> bytes:
    """A response map of fields that are JSON already; keys come encoded, errors as the map's first member."""
    beside = b',"extensions":' + ENCODER.encode(extensions) if extensions else b""
    data = b'"data":{' + b",".join(key + b":" + value for key, value in members) + b"}"
    return b"{" + errors + data + beside + b"}"


def continued(member: tuple[bytes, bytes], cursor: str, errors: bytes = b"") -> Result:
    """One item of a stream that can be left: the cursor after it also stands in `extensions`."""
    return Result(spliced([member], {"cursor": cursor}, errors), cursor)


def formatted(error: GraphQLError, code: str = BAD_INPUT) -> dict[str, Any]:
    """An error a client can act on, with this code where it has none of its own; what is our fault is logged here and
    told without its details.
    """
    cause = error.original_error
    if cause is None or isinstance(cause, GraphQLError):
        extensions = {"code": code, **(error.extensions or {})}
        return {**error.formatted, "message": shortened(error.message), "extensions": extensions}
    message, code = _told(cause)
    return {**error.formatted, "message": message, "extensions": {"code": code}}


def shortened(message: str) -> str:
    """What quotes a client is cut where the client was long-winded."""
    return message if len(message) <= LONGEST_MESSAGE else message[:LONGEST_MESSAGE] + "…"


def _told(cause: Exception) -> tuple[str, str]:
    if isinstance(cause, Outage):
        log.warning("question_failed", extra={"error": type(cause).__name__, "why": str(cause)[:LONGEST_MESSAGE]})
        return OUTAGE, CODES[Outage]
    if isinstance(cause, MirrorError) and type(cause) in CODES:
        return str(cause), CODES[type(cause)]
    log.error("unexpected %s\n%s", type(cause).__name__, "".join(traceback.format_tb(cause.__traceback__)))
    return "Something went wrong on our side.", "INTERNAL_SERVER_ERROR"
