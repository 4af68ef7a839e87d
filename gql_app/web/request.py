"""From bytes to a request, or to a clear refusal."""

from typing import Any
from urllib.parse import parse_qsl

from gql_app.schema.request import Request
from gql_app.web.refusals import BadRequest
from gql_app.web.strict_json import decoded

FIELDS_AT_MOST = 100
WORDS = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", type(None): "null"}


def from_body(body: bytes) -> Request:
    """Read the body of a POST."""
    return from_parameters(decoded(body))


def from_query_string(query_string: bytes) -> Request:
    """Read the parameters of a GET, where variables and extensions are JSON and empty is absent."""
    given = _parameters(query_string)
    parameters: dict[str, Any] = {name: given.get(name) for name in ("query", "operationName")}
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
    query = parameters.get("query")
    if not isinstance(query, str):
        raise BadRequest(f"`query` must be the document as a string, not {_word(query)}.")
    return Request(query, _map(parameters, "variables"), _name(parameters), _map(parameters, "extensions"))


def _map(parameters: dict[str, Any], name: str) -> dict[str, Any] | None:
    value = parameters.get(name)
    if value is None or isinstance(value, dict):
        return value
    raise BadRequest(f"`{name}` must be an object, not {_word(value)}.")


def _name(parameters: dict[str, Any]) -> str | None:
    value = parameters.get("operationName")
    if value is None or isinstance(value, str):
        return value or None
    raise BadRequest(f"`operationName` must be a string, not {_word(value)}.")


def _word(value: Any) -> str:
    return WORDS.get(type(value), "a number")
