"""What is logged of each delivery and each operation, and in which form."""

import io
import json
import logging
import re
from pathlib import Path
from typing import Any

import pytest

import gql_app
from gql_app.observe import configure_logs
from gql_app.observe.events import EVENTS
from gql_app.observe.lines import JsonLines, NothingOfClients, TextLines
from tests.keeper.desk import MONDAY
from tests.live.scenes import following, person, until
from tests.stage import Stage, on_stage

NAMED = re.compile(r'log\.(?:info|warning|error|exception)\(\s*"([a-z_]+)')
ROUNDS = re.compile(r'Rounds\([^"]*"(\w+)"\)')


def said(caplog: pytest.LogCaptureFixture, event: str) -> list[dict[str, Any]]:
    """What was said beside this event, each time."""
    plain = vars(logging.makeLogRecord({})).keys() | {"message", "asctime", "ms"}
    records = [record for record in caplog.records if record.getMessage() == event]
    return [{name: value for name, value in vars(record).items() if name not in plain} for record in records]


@pytest.fixture(autouse=True)
def everything(caplog: pytest.LogCaptureFixture) -> None:
    """Also what is only information."""
    caplog.set_level(logging.INFO)


async def test_a_delivery_is_one_line_with_its_ids_and_its_verdict(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    await stage.tell("customer.updated", person("Ann"), MONDAY, sendout="whs_1")
    await stage.client.post("/webhooks/voucherify", content=b"{")
    assert said(caplog, "webhook") == [
        {"id": "whs_1", "type": "customer.updated", "verdict": "applied", "inbox": 1, "position": 1},
        {"type": "other", "verdict": "quarantined", "kind": "unreadable", "inbox": 2},
    ]


async def test_a_delivery_that_is_refused_is_one_line_too(sqlite_url: str, caplog: pytest.LogCaptureFixture) -> None:
    async with on_stage(sqlite_url, webhook_secrets="s") as stage:
        await stage.client.post("/webhooks/voucherify", content=b"{}")
    assert said(caplog, "webhook_refused") == [{"code": "SIGNATURE_MISSING"}]


async def test_operations_are_not_logged_unless_asked_for(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    await stage.ask("{ mirror { healthy } }")
    assert said(caplog, "operation") == []


async def test_an_operation_is_one_line_with_the_schemas_words(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with on_stage(database_url, log_operations=True) as stage:
        await stage.ask(
            "query Secret { mine: mirror { healthy } ...F } fragment F on Query { customers { nodes { id } } }"
        )
        await stage.answer("{ nothing }")
        async with stage.watcher() as watcher:
            await following(stage, watcher)
            await stage.tell("customer.updated", person("Ann"), MONDAY)
            await watcher.data()
        await until(lambda: len(said(caplog, "operation")) == 3)
    assert said(caplog, "operation") == [
        {"kind": "query", "root_fields": "mirror,customers", "result": "ok", "answers": 1},
        {"kind": "unknown", "root_fields": "", "result": "refused", "answers": 1},
        {"kind": "subscription", "root_fields": "customerChanges", "result": "ok", "answers": 1},
    ]


async def test_lines_of_deliveries_can_be_switched_off(sqlite_url: str, caplog: pytest.LogCaptureFixture) -> None:
    async with on_stage(sqlite_url, log_webhooks=False) as stage:
        await stage.tell("customer.updated", person("Ann"), MONDAY)
    assert said(caplog, "webhook") == []


def record(message: str = "webhook", name: str = "gql_app", **beside: Any) -> logging.LogRecord:
    """Something to be said."""
    return logging.makeLogRecord({"msg": message, "name": name, "levelname": "INFO"} | beside)


@pytest.mark.parametrize("lines", [JsonLines(), TextLines("%(message)s")])
def test_an_error_is_told_by_its_place_and_kind_never_in_its_own_words(lines: logging.Formatter) -> None:
    told = "ann@example.test"
    try:
        raise KeyError(told)
    except KeyError as error:
        line = lines.format(record(exc_info=(KeyError, error, error.__traceback__)))
    assert "KeyError" in line
    assert "test_logs.py" in line
    assert told not in line


def test_a_line_for_people_stays_one_line_whatever_it_holds() -> None:
    line = TextLines("%(message)s").format(record(id="a\nERROR forged=yes", kind="two words"))
    assert line == 'webhook id="a\\nERROR forged=yes" kind="two words"'


def test_half_a_character_is_said_as_well() -> None:
    assert json.loads(JsonLines().format(record(error="\ud800")))["error"] == "\ud800"


def test_who_opened_which_address_is_not_said() -> None:
    heard = NothingOfClients()
    assert not heard.filter(record('%s - "WebSocket %s" [accepted]', "uvicorn.error"))
    assert not heard.filter(record("connection open", "uvicorn.error"))
    assert heard.filter(record("Started server process [%d]", "uvicorn.error"))


def test_json_is_what_programs_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    told, before = io.StringIO(), logging.getLogger().handlers[:]
    monkeypatch.setattr("sys.stderr", told)
    try:
        configure_logs("json")
        logging.getLogger("gql_app.webhooks").info("webhook", extra={"id": "whs_1"})
    finally:
        logging.getLogger().handlers[:] = before
    line = json.loads(told.getvalue())
    assert (line["level"], line["logger"], line["event"], line["id"]) == (
        "info",
        "gql_app.webhooks",
        "webhook",
        "whs_1",
    )


def test_every_event_that_is_logged_has_its_meaning_written_down() -> None:
    sources = "".join(file.read_text() for file in Path(gql_app.__file__).parent.rglob("*.py"))
    told = {"webhook", "webhook_refused", "operation", "personal_data_read", "refresh_failed", "reconcile_failed"}
    named = {*NAMED.findall(sources), *ROUNDS.findall(sources)} | told
    assert named == EVENTS.keys()
