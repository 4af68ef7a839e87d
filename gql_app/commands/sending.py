"""`gql-app send-test`."""

import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx2

from gql_app.commands.ledger import say_json
from gql_app.commands.watched import Watched
from gql_app.demo.trial import TRIAL, new_customer, new_sendout, trial, trials
from gql_app.errors import BadArgument, MirrorError
from gql_app.settings import Settings
from gql_app.voucherify.signature import sign

DOOR = "/webhooks/voucherify"
PATIENCE_SECONDS = 15.0
AGAIN = "Once is enough: the mirror knows this send-out already, and nothing changed."
UNCHANGED = "Nothing changed: the customer was deleted, or something newer is known of what the event says."


class NotTaken(MirrorError):
    """The event was not taken."""


@dataclass(frozen=True, slots=True)
class Test:
    """What is posted, and where; `token` is for asking what changed."""

    type: str
    url: str
    customer_id: str | None = None
    sendout: str | None = None
    token: str | None = None
    is_sure: bool = False
    as_json: bool = False


def list_trials(as_json: bool) -> None:
    """The types of events that there are samples of."""
    for event_type in trials():
        if as_json:
            say_json({"type": event_type})
        else:
            print(event_type)


def send_test(settings: Settings, test: Test) -> None:
    """Posts it, and says what became of it; raises NotTaken."""
    customer_id = test.customer_id or new_customer()
    if not customer_id.startswith(TRIAL) and not test.is_sure:
        raise BadArgument(
            f"The sample would be told of {customer_id}, over what is known of them: say --yes,"
            f" or a customer to try with ({TRIAL}...)."
        )
    envelope = trial(test.type, customer_id, test.sendout or new_sendout(datetime.now(UTC)))
    asyncio.run(_send(settings, test, customer_id, envelope))


async def _send(settings: Settings, test: Test, customer_id: str, envelope: dict[str, Any]) -> None:
    async with httpx2.AsyncClient(base_url=test.url, timeout=PATIENCE_SECONDS, trust_env=False) as client:
        watched = Watched(client, test.token)
        try:
            here = await watched.cursor()
            answer = await _post(client, envelope, settings)
            status = _status(answer, settings)
            changes = await watched.changes(here, envelope["event"]["id"]) if status["status"] == "stored" else []
        except httpx2.TransportError as error:
            raise NotTaken(
                f"Nothing answers at {test.url} ({type(error).__name__}): start `gql-app serve`, or say --url."
            ) from None
    said = {"type": test.type, "customerId": customer_id, "sendout": envelope["id"], **status, "changes": changes}
    if test.as_json:
        say_json(said | {"unseen": watched.refusal})
    else:
        _say(said, watched.refusal)
    if status["status"] == "quarantined":
        raise NotTaken(f"It was kept, but not understood: {status.get('reason')}.")


async def _post(client: httpx2.AsyncClient, envelope: dict[str, Any], settings: Settings) -> httpx2.Response:
    content = json.dumps(envelope, separators=(",", ":"), ensure_ascii=False).encode()
    headers = {"content-type": "application/json"}
    if settings.webhook_secrets:
        headers["x-voucherify-signature"] = sign(content, settings.webhook_secrets[0].get_secret_value())
    return await client.post(DOOR, content=content, headers=headers)


def _status(answer: httpx2.Response, settings: Settings) -> dict[str, Any]:
    try:
        said = answer.json()
    except ValueError:
        said = None
    if answer.is_success and isinstance(said, dict) and "status" in said:
        return {name: said[name] for name in ("status", "reason") if name in said}
    raise NotTaken(_refusal(answer.status_code, bool(settings.webhook_secrets)))


def _refusal(status: int, is_signed: bool) -> str:
    if status == 401 and is_signed:
        return "The secret is wrong: the first of GQL_APP_WEBHOOK_SECRETS here is none of those where the server runs."
    if status == 401:
        return "The server wants webhooks signed: set GQL_APP_WEBHOOK_SECRETS here as it is set there."
    if status == 503:
        return "The server cannot take events now (503): `gql-app doctor` says why."
    return f"What answers there with {status} is no webhook of ours: see --url, and what a proxy before it does."


def _say(said: dict[str, Any], unseen: str | None) -> None:
    print(f"{said['type']} about {said['customerId']}: {said['status']}, as {said['sendout']}")
    if said["status"] == "duplicate":
        print(AGAIN)
    elif unseen is not None:
        print(unseen)
    elif said["status"] == "stored" and not said["changes"]:
        print(UNCHANGED)
    for change in said["changes"]:
        before, after = (json.dumps(change[name], ensure_ascii=False) for name in ("before", "after"))
        print(f"  {change['path']}: {before} -> {after}")
    if said["changes"] and str(said["customerId"]).startswith(TRIAL) and said["type"] != "customer.deleted":
        print(f"To have them gone: gql-app send-test --type customer.deleted --customer {said['customerId']}")
