"""From bytes to a request, or to a clear refusal."""

import re
from typing import Any
from urllib.parse import parse_qsl

from gql_app.schema.request import Request
from gql_app.web.refusals import BadRequest
from gql_app.web.strict_json import decoded

FIELDS_AT_MOST = 100
IDS = ("documentId", "id", "doc_id")
"""What a trusted document's id is called: by the standard's appendix, and by Relay's clients."""

SHA256 = re.compile("[0-9a-fA-F]{64}")
WORDS = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", type(None): "null"}


def from_body(body: bytes) -> Request:
    """Read the body of a POST."""
    return from_parameters(decoded(body))


def from_query_string(query_string: bytes) -> Request:
    """Read the parameters of a GET, where variables and extensions are JSON and empty is absent."""
    given = _parameters(query_string)
    parameters: dict[str, Any] = {name: given.get(name) or None for name in ("query", "operationName", *IDS)}
    for name in ("variables", "extensions"):
        parameters[name] = decoded(given[name].encode()) if given.get(name) else None
    return from_parameters(parameters)


def _parameters(query_string: bytes) -> dict[str, str]:
    try:
        text = query_string.decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=FIELDS_AT_MOST)
    except ValueError:
        raise BadRequest("The query string is not URL-encoded UTF-8.") from None
    given = dict(pairs)
    if len(given) != len(pairs):
        raise BadRequest("A parameter was given more than once.")
    return given


def from_parameters(parameters: Any) -> Request:
    """Check the four parameters; null is the same as absent."""
    if isinstance(parameters, list):
        raise BadRequest("Batching is off: send one request, as an object, at a time.")
    if not isinstance(parameters, dict):
        raise BadRequest(f"A GraphQL request is an object, not {_word(parameters)}.")
    extensions = _map(parameters, "extensions")
    named = _text(parameters, _id_name(parameters)), _sha256(extensions)
    query = parameters.get("query")
    if not isinstance(query, str) and (query is not None or named == (None, None)):
        raise BadRequest(f"`query` must be the document as a string, not {_word(query)}.")
    variables, operation_name = _map(parameters, "variables"), _text(parameters, "operationName")
    return Request(query, variables, operation_name, extensions, *named, cursor=_cursor(extensions or {}))


def _id_name(parameters: dict[str, Any]) -> str:
    """Under which of its names a trusted document's id was given."""
    return next((name for name in IDS if parameters.get(name) is not None), IDS[0])


def _sha256(extensions: dict[str, Any] | None) -> str | None:
    """The hash in `extensions.persistedQuery`, as Apollo's clients send it."""
    persisted = (extensions or {}).get("persistedQuery")
    if persisted is None:
        return None
    if not isinstance(persisted, dict) or persisted.get("version") != 1:
        raise BadRequest("`extensions.persistedQuery` must be an object of version 1.")
    sha256 = persisted.get("sha256Hash")
    if not isinstance(sha256, str) or not SHA256.fullmatch(sha256):
        raise BadRequest("`extensions.persistedQuery.sha256Hash` must be 64 hexadecimal digits.")
    return sha256.lower()


def _map(parameters: dict[str, Any], name: str) -> dict[str, Any] | None:
    value = parameters.get(name)
    if value is None or isinstance(value, dict):
        return value
    raise BadRequest(f"`{name}` must be an object, not {_word(value)}.")


def _cursor(extensions: dict[str, Any]) -> str | None:
    value = extensions.get("cursor")
    if value is None or isinstance(value, str):
        return value
    raise BadRequest(f"`extensions.cursor` must be a string, not {_word(value)}.")


def _text(parameters: dict[str, Any], name: str) -> str | None:
    value = parameters.get(name)
    if value is None or isinstance(value, str):
        return value or None
    raise BadRequest(f"`{name}` must be a string, not {_word(value)}.")


def _word(value: Any) -> str:
    return WORDS.get(type(value), "a number")
