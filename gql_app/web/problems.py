"""From exceptions to status codes and bodies; nothing else knows status codes."""

import logging
import traceback
from typing import Any

import msgspec

from gql_app.errors import (
    Busy,
    DocumentMismatch,
    Forbidden,
    Outage,
    RateLimited,
    RequestRefused,
    SignatureMismatch,
    SignatureMissing,
    Slip,
    Unauthenticated,
    Unchecked,
)
from gql_app.web.headers import JSON
from gql_app.web.refusals import BadRequest, BodyTooLarge, MethodRefused, NotAcceptable, UnsupportedBody
from gql_app.web.reply import NOT_STORED, Reply

STATUS: dict[type[Exception], tuple[int, str]] = {
    BadRequest: (400, "BAD_REQUEST"),
    DocumentMismatch: (400, "PERSISTED_QUERY_MISMATCH"),
    SignatureMismatch: (401, "SIGNATURE_MISMATCH"),
    SignatureMissing: (401, "SIGNATURE_MISSING"),
    Unauthenticated: (401, "UNAUTHENTICATED"),
    Forbidden: (403, "FORBIDDEN"),
    MethodRefused: (405, "METHOD_NOT_ALLOWED"),
    NotAcceptable: (406, "NOT_ACCEPTABLE"),
    BodyTooLarge: (413, "BODY_TOO_LARGE"),
    UnsupportedBody: (415, "UNSUPPORTED_MEDIA_TYPE"),
    Busy: (503, "BUSY"),
    Outage: (503, "OUTAGE"),
    Unchecked: (503, "AUTHENTICATION_UNAVAILABLE"),
    Slip: (503, "INTERNAL_SERVER_ERROR"),
}
RETRY_AFTER = b"5"
"""Seconds: long enough for a queue to empty, far shorter than Voucherify's own first retry."""

OUR_FAULT = (500, "INTERNAL_SERVER_ERROR")

MASKED = {
    "INTERNAL_SERVER_ERROR": "Something went wrong on our side.",
    "OUTAGE": "The database cannot be written now: try again in a moment.",
}
"""What is said instead of an error's own message, which may tell about our insides."""

log = logging.getLogger(__name__)


def answer_status(executed: bool, media: bytes) -> int:
    """Say what an answer is sent with; plain JSON is 200 for every well-formed request."""
    return 200 if executed or media == JSON else 400


def problem_reply(error: Exception, media: bytes) -> Reply:
    """Answer with the errors in the shape of a GraphQL response."""
    payload = msgspec.json.encode({"errors": problem_errors(error)})
    if isinstance(error, RateLimited):
        return Reply(429, media, payload, _headers(error, 429))
    if isinstance(error, RequestRefused):
        return Reply(answer_status(False, media), media, payload)
    status = _known(error)[0]
    return Reply(status, media, payload, _headers(error, status))


def _headers(error: Exception, status: int) -> list[tuple[bytes, bytes]]:
    if isinstance(error, MethodRefused):
        return [NOT_STORED, (b"allow", error.allow)]
    if isinstance(error, Unauthenticated):
        return [NOT_STORED, (b"www-authenticate", _challenge(error))]
    if isinstance(error, RateLimited) and error.retry_after is not None:
        return [NOT_STORED, (b"retry-after", b"%d" % error.retry_after)]
    return [NOT_STORED, (b"retry-after", RETRY_AFTER)] if status == 503 else [NOT_STORED]


def _challenge(error: Unauthenticated) -> bytes:
    """As RFC 6750 has it: who brought no token hears only what kind is wanted."""
    if not error.was_given:
        return b"Bearer"
    said = str(error).replace('"', "'").encode("ascii", "replace")
    return b'Bearer error="invalid_token", error_description="' + said + b'"'


def problem_errors(error: Exception) -> list[dict[str, Any]]:
    """Tell the client what it did wrong, and nothing about what we did."""
    if isinstance(error, RequestRefused):
        return error.errors
    known = _known(error)
    if known is OUR_FAULT:
        note_problem(error)
    message = MASKED.get(known[1]) or str(error)
    return [{"message": message, "extensions": {"code": known[1]}}]


def code_of(error: Exception) -> str:
    """The code a client is told."""
    return _known(error)[1]


def _known(error: Exception) -> tuple[int, str]:
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), OUR_FAULT)


def note_problem(error: Exception) -> None:
    """Log where it happened without its message, which may quote what a client sent."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    log.error("unexpected %s\n%s", type(error).__name__, frames)
