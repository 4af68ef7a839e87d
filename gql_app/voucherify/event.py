"""A delivery's bytes as an event: the envelope of project and distribution webhooks, or a bare data
object.
"""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import msgspec

from gql_app.errors import Unreadable
from gql_app.voucherify.times import entity_time, is_ahead, latest_time
from gql_app.voucherify.values import identifier, instant, moment_at, rows

DEEPEST = 100

OURS = "mirror."
"""How types of events begin that are not Voucherify's: what we asked for, or read."""

HINT = "hint"
"""How types of our own end that give way to whatever is told outright."""


@dataclass(frozen=True, slots=True)
class Event:
    """What happened, when, and under which ids. Times are microseconds since 1970, UTC.

    Where the event does not say itself when it happened (`is_dated`), `happened_at` is what its entity says of
    itself, unless that is far ahead of `heard_at`: then it is only `claimed_at`, and nobody knows when.
    """

    type: str
    data: dict[str, Any]
    id: str | None
    sendout_id: str | None
    project_id: str | None
    happened_at: int | None
    heard_at: int
    is_dated: bool = False
    claimed_at: int | None = None
    is_test: bool = False

    @property
    def is_undated(self) -> bool:
        """Whether nobody says when it happened, rightly or wrongly."""
        return self.happened_at is None and self.claimed_at is None

    @property
    def known_at(self) -> int:
        """The event's own time, else when we heard of it: nothing that it tells can be much newer."""
        return self.happened_at if self.is_dated and self.happened_at is not None else self.heard_at

    @property
    def skew(self) -> str | None:
        """What a keeper should know of a clock that is wrong: ours, Voucherify's, or a shop's."""
        latest = latest_time(self.data) if self.is_dated else self.claimed_at
        if latest is None or not is_ahead(latest, self.known_at):
            return None
        after, by = ("its event", "the event's time") if self.is_dated else ("it came", "what is dated rightly")
        said = f"clock skew: dated {moment_at(latest)}, more than a day after {after}"
        return f"{said}: " + (f"ordered by {by}" if self.is_dated else f"gives way to {by}")


def read_event(said: dict[str, Any], heard_at: int, bare_type: str | None = None) -> Event:
    """The event that was said; `bare_type` names the type of a bare data object. Raises Unreadable with
    the reason.
    """
    if _is_envelope(said):
        return _enveloped(said, heard_at)
    if bare_type is not None:
        return _bare(said, heard_at, bare_type)
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


def _enveloped(said: dict[str, Any], heard_at: int) -> Event:
    event, data = said["event"], said["data"]
    event_type = identifier(event.get("type"))
    if event_type is None:
        raise Unreadable("event.type is missing")
    sendout = identifier(said.get("id"))
    own = instant(event.get("created_at")) or instant(said.get("created_at"))
    happened_at, claimed_at = (own, None) if own else _as_entities_say(data, heard_at)
    if event_type.startswith(OURS) and (event_type.endswith(HINT) or happened_at is claimed_at is None):
        happened_at, claimed_at = None, happened_at or claimed_at or 0
    return Event(
        type=event_type,
        data=data,
        id=identifier(event.get("id")),
        sendout_id=sendout,
        project_id=identifier(said.get("project_id")),
        happened_at=happened_at,
        heard_at=heard_at,
        is_dated=bool(own),
        claimed_at=claimed_at,
        is_test=sendout is not None and not sendout.removeprefix("whs_").strip("0"),
    )


def _bare(data: dict[str, Any], heard_at: int, event_type: str) -> Event:
    if identifier(event_type) is None:
        raise Unreadable("the address names no event type")
    happened_at, claimed_at = _as_entities_say(data, heard_at)
    return Event(event_type, data, None, None, None, happened_at, heard_at, claimed_at=claimed_at)


def _as_entities_say(data: dict[str, Any], heard_at: int) -> tuple[int | None, int | None]:
    """When it happened, and what is claimed where that cannot be."""
    at = entity_time(data)
    return (None, at) if at is not None and is_ahead(at, heard_at) else (at, None)
