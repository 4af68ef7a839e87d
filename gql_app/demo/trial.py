"""One sample event, told anew: about a customer of one's choice, just now, under ids that nobody has used."""

import json
import re
import secrets
from datetime import UTC, datetime
from typing import Any

from gql_app.demo.moments import iso
from gql_app.demo.teller import samples
from gql_app.errors import BadArgument

TRIAL = "cust_test_"
"""How the ids of customers begin who are there to try with."""

SENDOUT = re.compile(r"whs_test([0-9a-f]{11})[0-9a-f]{8}")
"""When it was sent first, in milliseconds, and what tells it from others. Sent again it is the same to the byte."""

ID = re.compile(r"\b(cust|ord|ordli|r|rr|v|pub)_[A-Za-z0-9]{6,}")
DELETED = "customer.deleted"


def trials() -> dict[str, dict[str, Any]]:
    """The data of a sample for each type that there is one for."""
    found: dict[str, dict[str, Any]] = {}
    for path, body in samples():
        event_type = str(body["event"]["type"]) if "event" in body else path.rpartition("/")[2]
        found.setdefault(event_type, body["data"] if "event" in body else body)
    return found


def new_customer() -> str:
    """An id that no customer has."""
    return TRIAL + secrets.token_hex(6)


def new_sendout(at: datetime) -> str:
    """The id of what is sent for the first time."""
    return f"whs_test{int(at.timestamp() * 1000):011x}{secrets.token_hex(4)}"


def trial(event_type: str, customer_id: str, sendout: str) -> dict[str, Any]:
    """The envelope to post; raises BadArgument where there is no sample of this type, or no such send-out."""
    known = trials()
    if event_type not in known:
        raise BadArgument(f"--type {event_type!r}: there is no sample of it; `gql-app send-test --list` shows which.")
    found = SENDOUT.fullmatch(sendout)
    if found is None:
        raise BadArgument(f"--id {sendout!r} was sent by none of these tests.")
    at = datetime.fromtimestamp(int(found[1], 16) / 1000, UTC)
    event = {"id": f"ev_{sendout}", "type": event_type, "created_at": iso(at), "entity_id": customer_id}
    data = _retold(_renumbered(known[event_type], customer_id, sendout), event_type, at)
    return {
        "id": sendout,
        "project_id": None,
        "created_at": iso(at),
        "type": event_type,
        "data": data,
        "source": {"id": "wh_test", "object": "webhook", "target_url": None},
        "event": event,
    }


def _renumbered(data: dict[str, Any], customer_id: str, number: str) -> dict[str, Any]:
    """Whoever is in it becomes this customer; what they have becomes theirs alone, and the same under the same
    send-out's id.
    """
    suffix = number[-8:]

    def instead(found: re.Match[str]) -> str:
        return customer_id if found[1] == "cust" else f"{found[0]}{suffix}"

    said: dict[str, Any] = json.loads(ID.sub(instead, json.dumps(data)))
    return said


def _retold(said: Any, event_type: str, at: datetime) -> Any:
    if isinstance(said, list):
        return [_retold(one, event_type, at) for one in said]
    if not isinstance(said, dict):
        return said
    told = {name: _retold(value, event_type, at) for name, value in said.items()}
    return told | _person(told, event_type, at) if told.get("object") == "customer" else told


def _person(told: dict[str, Any], event_type: str, at: datetime) -> dict[str, Any]:
    """A name and addresses that are nobody's, where the sample has any, and times as of now."""
    source_id = f"{told['id']}_deleted{iso(at)}" if event_type == DELETED else told["id"]
    instead = {
        "name": "Test Customer",
        "email": f"{told['id']}@example.com",
        "phone": "+1 555 0100",
        "source_id": source_id,
        "updated_at": iso(at),
    }
    return {name: value for name, value in instead.items() if told.get(name) is not None}
