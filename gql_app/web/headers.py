"""What the headers of a request say about its body and its answer."""

from dataclasses import dataclass
from functools import lru_cache

from starlette.types import Scope

from gql_app.web.refusals import NotAcceptable, UnsupportedBody

JSON = b"application/json"
GRAPHQL = b"application/graphql-response+json"
EVENT_STREAM = b"text/event-stream"
MULTIPART = b"multipart/mixed"
MULTIPART_SUBSCRIPTION = b"subscriptionspec=1.0"
LONGEST_ACCEPT = 1_000

Fields = dict[bytes, bytes]


def header_fields(scope: Scope) -> Fields:
    """Give the headers by lower-case name; repeated ones are joined by commas."""
    pairs: list[tuple[bytes, bytes]] = scope["headers"]
    fields = dict(pairs)
    return fields if len(fields) == len(pairs) else _joined(pairs)


def _joined(pairs: list[tuple[bytes, bytes]]) -> Fields:
    fields: Fields = {}
    for name, value in pairs:
        fields[name] = fields[name] + b", " + value if name in fields else value
    return fields


def address_of(scope: Scope) -> str:
    """Where a client is; what it says of itself counts only where its proxy is trusted, which uvicorn sees to."""
    client = scope.get("client")
    return client[0] if client else ""


def require_json(fields: Fields) -> None:
    """Refuse a body that is encoded, or whose type is not JSON in UTF-8."""
    if fields.get(b"content-encoding", b"identity").lower() != b"identity":
        raise UnsupportedBody("The body must not be encoded: send it without Content-Encoding.")
    if not _is_json(fields.get(b"content-type", b"")):
        raise UnsupportedBody


@lru_cache(64)
def _is_json(content_type: bytes) -> bool:
    kind, *parameters = content_type.lower().split(b";")
    return kind.strip() == JSON and all(map(_leaves_utf8, parameters))


def _leaves_utf8(parameter: bytes) -> bool:
    name, _, value = parameter.partition(b"=")
    return name.strip() != b"charset" or value.strip(b'" ') in (b"utf-8", b"utf8")


@dataclass(frozen=True, slots=True)
class Accepted:
    """What a client can read: one kind of JSON, and one kind of stream; None where it names none."""

    json: bytes | None
    stream: bytes | None


NOTHING = Accepted(None, None)


def accepted(fields: Fields) -> Accepted:
    """Choose what to answer with; raises NotAcceptable where the client can read nothing of ours."""
    chosen = _chosen(fields.get(b"accept", b"")[:LONGEST_ACCEPT])
    if chosen == NOTHING:
        raise NotAcceptable
    return chosen


@lru_cache(128)
def _chosen(accept: bytes) -> Accepted:
    if not accept.strip():
        return Accepted(JSON, None)
    ranges = [_media_range(item) for item in accept.lower().split(b",")]
    ranked = max((JSON, GRAPHQL), key=lambda media: _rank(media, ranges))
    json = ranked if _rank(ranked, ranges)[0] > 0 else None
    return Accepted(json, _stream(accept.lower(), ranges))


def _stream(accept: bytes, ranges: list[tuple[bytes, float]]) -> bytes | None:
    """Only what is named: a wildcard cannot mean an answer that never ends."""
    named = {name for name, quality in ranges if quality > 0}
    if EVENT_STREAM in named:
        return EVENT_STREAM
    return MULTIPART if MULTIPART in named and MULTIPART_SUBSCRIPTION in accept else None


def _media_range(item: bytes) -> tuple[bytes, float]:
    name, *parameters = (part.strip() for part in item.split(b";"))
    quality = next((part[2:] for part in parameters if part.startswith(b"q=")), b"1")
    try:
        return name, float(quality)
    except ValueError:
        return name, 0.0


def _rank(media: bytes, ranges: list[tuple[bytes, float]]) -> tuple[float, int, int]:
    """Order by quality, then by how closely the range names it, then by its place in the list."""
    names = (b"*/*", media.split(b"/")[0] + b"/*", media)
    matches = [(names.index(name), -place, quality) for place, (name, quality) in enumerate(ranges) if name in names]
    closeness, place, quality = max(matches, default=(-1, 0, 0.0))
    return quality, closeness, place
