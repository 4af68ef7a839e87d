"""A sample event is posted to a server, and what it changed is shown."""

import asyncio
import json
from typing import Any

import httpx2
import pytest
from typer.testing import CliRunner

from gql_app.cli import app
from gql_app.commands.watched import WANTED, Watched
from gql_app.demo.trial import TRIAL, trials
from gql_app.errors import MirrorError
from tests.stage import Stage, on_stage

SECRET = "a-secret-that-is-long-enough"
COUNT = "{ mirror { eventsReceived quarantined } customers(first: 2) { nodes { id name } } }"


async def send(stage: Stage | None, *words: str, secret: str | None = None, said: bool = True) -> dict[str, Any]:
    """What a program is told."""
    status, out, err = await typed(stage, *words, *(["--json"] if said else []), secret=secret)
    assert status == 0, err
    return dict(json.loads(out))


async def typed(stage: Stage | None, *words: str, secret: str | None = None) -> tuple[int, str, str]:
    """Exit status, standard output, and the one line of a failure."""
    environment = {"GQL_APP_WEBHOOK_SECRETS": secret or ""}
    where = ["--url", stage.url] if stage else []
    ran = await asyncio.to_thread(CliRunner(env=environment).invoke, app, ["send-test", *where, *words])
    if isinstance(ran.exception, MirrorError):
        return 1, ran.stdout, str(ran.exception)
    assert ran.exception is None or isinstance(ran.exception, SystemExit), ran.exception
    return ran.exit_code, ran.stdout, ran.stderr


async def test_a_new_customer_to_try_with_comes_and_goes(stage: Stage) -> None:
    said = await send(stage)
    assert (said["type"], said["status"], said["unseen"]) == ("customer.created", "stored", None)
    shown = {change["path"]: change["after"] for change in said["changes"]}
    assert (shown["name"], shown["email"]) == ("Test Customer", f"{said['customerId']}@example.com")
    assert said["customerId"].startswith(TRIAL)
    gone = await send(stage, "--type", "customer.deleted", "--customer", said["customerId"])
    assert [change["path"] for change in gone["changes"] if change["path"] == "deletedAt"] == ["deletedAt"]
    _, out, _ = await typed(stage, "--customer", said["customerId"])
    assert "Nothing changed" in out


@pytest.mark.parametrize("event_type", sorted(trials()))
async def test_every_sample_is_understood_and_changes_its_customer_alone(stage: Stage, event_type: str) -> None:
    status, out, err = await typed(stage, "--type", event_type, "--customer", f"{TRIAL}1")
    assert (status, f"{event_type} about {TRIAL}1: stored, as whs_test" in out) == (0, True), err
    assert " -> " in out
    asked = await stage.ask(COUNT)
    assert asked["mirror"] == {"eventsReceived": 1, "quarantined": 0}
    assert [one["id"] for one in asked["customers"]["nodes"]] in ([f"{TRIAL}1"], [])


async def test_the_types_there_are_samples_of_are_listed() -> None:
    _, out, _ = await typed(None, "--list")
    assert out.split() == list(trials())
    _, _, err = await typed(None, "--type", "customer.odd")
    assert "--list" in err


async def test_the_same_sent_again_is_said_to_be_a_duplicate(stage: Stage) -> None:
    said = await send(stage)
    again = ("--id", said["sendout"], "--customer", said["customerId"])
    status, out, _ = await typed(stage, *again)
    assert (status, "knows this send-out already" in out) == (0, True)
    status, out, err = await typed(stage, *again, "--type", "customer.updated")
    assert (status, "not understood" in err, "said something else" in err) == (1, True, True)
    _, _, err = await typed(stage, "--id", "whs_other")
    assert "none of these tests" in err


async def test_a_customer_who_is_none_to_try_with_is_left_alone(stage: Stage) -> None:
    status, _, err = await typed(stage, "--customer", "cust_real")
    assert (status, "--yes" in err) == (1, True)
    assert (await stage.ask(COUNT))["mirror"]["eventsReceived"] == 0
    assert (await send(stage, "--customer", "cust_real", "--yes"))["status"] == "stored"


async def test_a_server_that_is_not_there_is_said() -> None:
    _, _, err = await typed(None, "--url", "http://127.0.0.1:1")
    assert err == "Nothing answers at http://127.0.0.1:1 (ConnectError): start `gql-app serve`, or say --url."


async def test_a_wrong_secret_is_said_and_shown_to_nobody(database_url: str) -> None:
    async with on_stage(database_url, webhook_secrets=(SECRET,)) as stage:
        assert (await send(stage, secret=SECRET))["status"] == "stored"
        _, out, err = await typed(stage, secret="another-secret-that-is-long")
        assert ("The secret is wrong" in err, "another" in out + err) == (True, False)
        _, _, err = await typed(stage)
        assert "wants webhooks signed" in err
        assert (await stage.ask(COUNT))["mirror"]["eventsReceived"] == 1


async def test_a_server_that_shows_nothing_to_strangers_is_told_apart() -> None:
    def refuse(request: httpx2.Request) -> httpx2.Response:
        is_known = request.headers.get("authorization") == "Bearer key"
        error = {"message": "Who asks?", "extensions": {"code": "UNAUTHENTICATED"}}
        page = {"data": {"customerChanges": {"nextCursor": "e.all.1"}}}
        return httpx2.Response(200, json=page if is_known else {"errors": [error]})

    async with httpx2.AsyncClient(transport=httpx2.MockTransport(refuse), base_url="http://mirror.test") as client:
        stranger, known = Watched(client, None), Watched(client, "key")
        assert (await stranger.cursor(), stranger.refusal) == (None, WANTED)
        assert (await known.cursor(), known.refusal) == ("e.all.1", None)


async def test_what_answers_but_is_no_webhook_of_ours_is_said(stage: Stage) -> None:
    _, _, err = await typed(None, "--url", f"{stage.url}/elsewhere")
    assert "is no webhook of ours" in err
