"""A delivery's bytes as an event: the envelope of project and distribution webhooks, or a bare data
object.
"""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import msgspec

from gql_app.errors import Unreadable
from gql_app.voucherify.values import identifier, instant, rows, table

SUBJECTS = ("transaction", "redemption_rollback", "redemption", "order", "publication", "customer")
DEEPEST = 100


@dataclass(frozen=True, slots=True)
class Event:
    """What happened, when, and under which ids. Times are microseconds since 1970, UTC."""

    type: str
    data: dict[str, Any]
    id: str | None
    sendout_id: str | None
    project_id: str | None
    happened_at: int | None
    is_test: bool = False


def read_event(said: dict[str, Any], bare_type: str | None = None) -> Event:
    """The event that was said; `bare_type` names the type of a bare data object. Raises Unreadable with
    the reason.
    """
    if _is_envelope(said):
        return _enveloped(said)
    if bare_type is not None:
        return _bare(said, bare_type)
    if said.get("object") == "event" and "webhook_id" in said:
        raise Unreadable("webhook format v2018-08-01: set the project's webhook version to v2024-01-01")
    raise Unreadable("no envelope: send raw payloads to /webhooks/voucherify/{event_type}")


def fingerprint(said: Any) -> str:
    """The same for the same JSON, however it was spaced and its keys ordered."""
    return sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def decode(body: bytes) -> tuple[dict[str, Any], bool]:
    """The JSON object in `body`, and whether it keeps to RFC 8259; raises Unreadable with the reason."""
    try:
        said, is_strict = _decode(body)
    except RecursionError:
        raise Unreadable("nested too deeply") from None
    except ValueError as wrong:
        raise Unreadable(f"not JSON: {wrong}") from None
    if not isinstance(said, dict):
        raise Unreadable(f"a JSON {type(said).__name__} is no event")
    if body.count(b"{") + body.count(b"[") > DEEPEST:
        _refuse_depth(said)
    return said, is_strict


def _decode(body: bytes) -> tuple[Any, bool]:
    """Half a surrogate pair, NaN and numbers beyond a double are no reason to lose an event; they are
    rare.
    """
    try:
        return msgspec.json.decode(body), True
    except ValueError:
        return json.loads(body.decode(), parse_constant=lambda _: None), False


def _refuse_depth(said: Any) -> None:
    level = [said]
    for _ in range(DEEPEST):
        level = [part for whole in level for part in _parts(whole)]
        if not level:
            return
    raise Unreadable(f"nested deeper than {DEEPEST} levels")


def _parts(whole: Any) -> list[Any]:
    parts = whole.values() if isinstance(whole, dict) else rows(whole)
    return [part for part in parts if isinstance(part, (dict, list))]


def _is_envelope(said: dict[str, Any]) -> bool:
    return isinstance(said.get("event"), dict) and isinstance(said.get("data"), dict)


def _enveloped(said: dict[str, Any]) -> Event:
    event = said["event"]
    event_type = identifier(event.get("type"))
    if event_type is None:
        raise Unreadable("event.type is missing")
    sendout = identifier(said.get("id"))
    happened_at = instant(event.get("created_at")) or instant(said.get("created_at"))
    return Event(
        type=event_type,
        data=said["data"],
        id=identifier(event.get("id")),
        sendout_id=sendout,
        project_id=identifier(said.get("project_id")),
        happened_at=happened_at or _entity_time(said["data"]),
        is_test=sendout is not None and not sendout.removeprefix("whs_").strip("0"),
    )


def _bare(data: dict[str, Any], event_type: str) -> Event:
    if identifier(event_type) is None:
        raise Unreadable("the address names no event type")
    return Event(event_type, data, None, None, None, _entity_time(data))


def _entity_time(data: dict[str, Any]) -> int | None:
    """When the entity a bare object is about last changed, as it says itself."""
    for subject in SUBJECTS:
        entity = table(data.get(subject))
        at = instant(entity.get("updated_at")) or instant(entity.get("created_at")) or instant(entity.get("date"))
        if at is not None:
            return at
    return instant(data.get("created_at"))
