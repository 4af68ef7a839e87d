"""What the headers of a request say about its body and its answer."""

from functools import lru_cache

from starlette.types import Scope

from gql_app.web.refusals import NotAcceptable, UnsupportedBody

JSON = b"application/json"
GRAPHQL = b"application/graphql-response+json"
EVENT_STREAM = b"text/event-stream"
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


def media_type(fields: Fields) -> bytes:
    """Choose what to answer with; a stream only where neither kind of JSON will do."""
    chosen = _best(fields.get(b"accept", b"")[:LONGEST_ACCEPT])
    if chosen is None:
        raise NotAcceptable
    return chosen


@lru_cache(128)
def _best(accept: bytes) -> bytes | None:
    if not accept.strip():
        return JSON
    ranges = [_media_range(item) for item in accept.lower().split(b",")]
    ranked = max((JSON, GRAPHQL), key=lambda media: _rank(media, ranges))
    if _rank(ranked, ranges)[0] > 0:
        return ranked
    return EVENT_STREAM if _rank(EVENT_STREAM, ranges)[0] > 0 else None


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
