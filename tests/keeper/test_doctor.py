"""What the doctor sees, and what it says to do about it."""

import asyncio
import json
import os
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from gql_app.checks.configuration import configuration
from gql_app.checks.database import durable
from gql_app.checks.deliveries import deliveries
from gql_app.checks.examination import examine
from gql_app.checks.feed import _round_trip, feed
from gql_app.checks.finding import Check, Deployment, Finding
from gql_app.checks.room import room
from gql_app.checks.secrets import secrets
from gql_app.cli import app
from gql_app.database import open_database
from gql_app.errors import MirrorError
from gql_app.feed.memory import memory_feed
from gql_app.mirror.arrival import receive
from gql_app.mirror.silence import look
from gql_app.settings import Settings
from gql_app.voucherify.values import moment_at
from tests.ingest.mirror import Mirror, renamed
from tests.keeper.desk import state
from tests.keeper.test_silence import day_and_night, told_at
from tests.stage import Stage, on_stage

SECRET = "a-secret-that-is-long-enough"
CANARY = "hunter2-canary"


def settings(**given: Any) -> Settings:
    """As a deployment would set them; nothing comes from this machine's environment."""
    return Settings(_env_file=None, **{"database_url": "sqlite:///none.db", "webhook_secrets": SECRET} | given)


async def seen(check: Check, deployment: Deployment) -> dict[str, str]:
    """What a check says that is not well: how bad, and what with what to do."""
    found = [finding async for finding in check(deployment)]
    return {f"{one.what} {one.advice}": one.level for one in found if one.level != "ok"}


async def of_settings(check: Check, *words: str, given: dict[str, str] | None = None, **said: Any) -> None:
    """The check finds one thing, and says these words of it."""
    ((text, level),) = (await seen(check, Deployment(settings(**said), given or {}))).items()
    assert [word for word in words if word not in f"{level} {text}"] == [], text


async def examined(url: str, **given: Any) -> dict[tuple[str, str], list[Finding]]:
    """Everything that is found, by part and level."""
    found: dict[tuple[str, str], list[Finding]] = {}
    async for finding in examine(Deployment(settings(database_url=url, **given))):
        found.setdefault((finding.part, finding.level), []).append(finding)
    return found


def port_of(stage: Stage) -> int:
    """Where the stage listens."""
    return int(stage.url.rpartition(":")[2])


async def test_what_is_well_is_said_to_be(database_url: str) -> None:
    async with on_stage(database_url, webhook_secrets=(SECRET,)) as stage:
        mirror = Mirror(stage.parts.database, stage.parts.inbox)
        await mirror.take([receive(renamed("Ann"), time.time_ns() // 1000)])
        before = await state(mirror), await mirror.inbox_rows()
        found = await examined(database_url, port=port_of(stage))
        assert (await state(mirror), await mirror.inbox_rows()) == before
    well = {part for part, level in found if level == "ok"}
    assert well == {"configuration", "secrets", "database", "clock", "room", "feed", "deliveries", "server"}
    assert {part for part, level in found if level == "fail"} == set()


async def test_a_server_that_takes_what_is_signed_wrongly_is_found(stage: Stage, database_url: str) -> None:
    (finding,) = (await examined(database_url, port=port_of(stage)))["server", "fail"]
    assert "taken unsigned" in finding.what
    assert (await stage.ask("{ customers(first: 1) { nodes { id } } }"))["customers"]["nodes"] == []


async def test_a_server_that_is_not_there_is_said(database_url: str) -> None:
    (finding,) = (await examined(database_url, port=1))["server", "warn"]
    assert "gql-app serve" in str(finding.advice)
    here = Deployment(settings(database_url=database_url), {}, "http://mirror.invalid")
    found = [one async for one in examine(here) if one.part == "server"]
    assert [one.level for one in found] == ["fail", "fail"]
    assert "TLS" in str(found[0].advice)


async def test_a_server_that_is_not_ready_says_with_what(database_url: str) -> None:
    async with on_stage(database_url, silent_after_seconds=0.001, webhook_secrets=(SECRET,)) as stage:
        await told_at(Mirror(stage.parts.database, stage.parts.inbox), 0)
        await look(stage.parts.database, 0.001, time.time_ns() // 1000)
        (finding,) = (await examined(database_url, port=port_of(stage)))["server", "fail"]
    assert "deliveries: silent" in finding.what


async def test_a_database_that_is_not_migrated_or_not_there_is_said(tmp_path: Path, postgres_server: str) -> None:
    found = await examined(f"sqlite:///{tmp_path}/none.db")
    assert [one.advice for one in found["database", "fail"]] == ["Run `gql-app migrate`."]
    assert os.listdir(tmp_path) == []
    found = await examined(postgres_server)
    assert [one.advice for one in found["database", "fail"]] == ["Run `gql-app migrate`."]
    found = await examined(f"postgres://nobody:{CANARY}@127.0.0.1:1/none")
    (finding,) = found["database", "fail"]
    assert ("cannot be reached" in finding.what, CANARY in str(found)) == (True, False)
    assert ("feed", "ok") not in found


async def test_what_would_lose_an_acknowledged_event_is_found(database_url: str) -> None:
    database = await open_database(database_url, 1)
    deployment = Deployment(settings(database_url=database_url), database=database)
    try:
        assert await seen(durable, deployment) == {}
        if database.dialect == "sqlite":
            await database._writer.execute_fetchall("PRAGMA synchronous = 1")  # type: ignore[attr-defined]
        else:
            async with database.turn() as transaction:
                await transaction.execute("SET synchronous_commit = off")
        ((text, level),) = (await seen(durable, deployment)).items()
    finally:
        await database.close()
    assert (level, "may be lost" in text) == ("fail", True)


async def test_a_name_that_is_no_setting_is_said_with_the_one_that_is() -> None:
    given = {"GQL_APP_WEBHOOK_SECRET": SECRET, "PATH": "/bin"}
    await of_settings(configuration, "warn", "Did you mean GQL_APP_WEBHOOK_SECRETS?", given=given)
    twice = {"DATABASE_URL": CANARY, "GQL_APP_DATABASE_URL": "sqlite:///b.db"}
    await of_settings(configuration, "warn", "GQL_APP_DATABASE_URL counts", given=twice)


async def test_settings_that_contradict_one_another_are_found(tmp_path: Path) -> None:
    await of_settings(configuration, "fail", "no document is trusted", trusted_documents_mode="enforce")
    await of_settings(configuration, "warn", "to enforce", trusted_documents=tmp_path)
    there = {"trusted_documents": tmp_path / "none", "trusted_documents_mode": "log"}
    await of_settings(configuration, "fail", "is not there", **there)
    on_postgres = {"workers": 2, "database_url": "postgres://h/d", "feed_url": "memory://"}
    await of_settings(configuration, "fail", "one process", **on_postgres)
    await of_settings(configuration, "warn", "GQL_APP_WRITER_BATCH", writer_batch=2000)
    await of_settings(configuration, "warn", "GQL_APP_MAX_COST", max_cost=100)


async def test_several_workers_on_one_file_need_a_sqlite_that_bears_it() -> None:
    found = await seen(configuration, Deployment(settings(workers=2)))
    is_safe = sqlite3.sqlite_version_info >= (3, 51, 3)
    assert list(found.values()) == ([] if is_safe else ["fail"])


async def test_secrets_that_protect_little_are_found() -> None:
    await of_settings(secrets, "warn", "GQL_APP_WEBHOOK_SECRETS is not set", webhook_secrets="")
    await of_settings(secrets, "fail", "GQL_APP_WEBHOOK_SECRETS is not set", webhook_secrets="", host="0.0.0.0")
    await of_settings(secrets, "warn", "fewer than 16", webhook_secrets="short")
    await of_settings(secrets, "warn", "twice", webhook_secrets=f"{SECRET},{SECRET}")
    await of_settings(secrets, "warn", "quotes or spaces", webhook_secrets=f'"{SECRET}"')
    await of_settings(secrets, "warn", "sslmode=require", database_url="postgres://u:p@db.example/shop")
    assert await seen(secrets, Deployment(settings(database_url="postgres://u:p@db.example/s?sslmode=require"))) == {}


async def test_readers_who_need_not_say_who_they_are_may_not_come_from_elsewhere(database_url: str) -> None:
    assert ("authentication", "fail") in await examined(database_url, host="0.0.0.0", port=1)
    assert ("authentication", "fail") not in await examined(database_url, port=1)


async def test_a_clock_that_is_behind_is_found(mirror: Mirror, database_url: str) -> None:
    soon = moment_at(time.time_ns() // 1000 + 60_000_000)
    await mirror.write([receive(renamed("Ann", at=soon), time.time_ns() // 1000)])
    (finding,) = (await examined(database_url, port=1))["clock", "warn"]
    assert "NTP" in str(finding.advice)


async def test_silence_and_what_was_not_understood_are_found(mirror: Mirror, database_url: str) -> None:
    (finding,) = (await examined(database_url, port=1))["deliveries", "warn"]
    assert "gql-app send-test" in str(finding.advice)
    await told_at(mirror, *day_and_night(3))
    await mirror.hear(b"{")
    found = await of_opened(deliveries, mirror, database_url)
    assert [text for text in found if "switched off" in text or "events list --state quarantined" in text] == found


async def of_opened(check: Check, mirror: Mirror, url: str) -> list[str]:
    """What a check of the database warns of."""
    found = await seen(check, Deployment(settings(database_url=url), database=mirror.database))
    assert set(found.values()) <= {"warn"}
    return list(found)


async def test_a_feed_that_nobody_hears_is_found(mirror: Mirror, database_url: str) -> None:
    assert await of_opened(feed, mirror, database_url) == []
    async with memory_feed() as speaker, memory_feed() as other:
        with speaker.listen() as mailbox:
            assert (await _round_trip(speaker, mailbox, 7, "memory")).level == "ok"
        with other.listen() as mailbox:
            deaf = await _round_trip(speaker, mailbox, 7, "memory", 0.05)
    assert (deaf.level, "GQL_APP_FEED_URL" in str(deaf.advice)) == ("fail", True)


async def test_a_feed_that_cannot_be_had_is_said(mirror: Mirror, database_url: str) -> None:
    given = settings(database_url=database_url, feed_url="redis://127.0.0.1:1")
    found = await seen(lambda one: feed(one, 0.3), Deployment(given, database=mirror.database))
    assert [(level, "no connection" in text) for text, level in found.items()] == [("warn", True)]
    found_all = await examined(database_url, port=1, feed_url=f"ftp://{CANARY}@host")
    assert [one.level for part in ("feed",) for one in found_all[part, "fail"]] == ["fail"]
    assert CANARY not in str(found_all)


async def test_a_file_that_everybody_can_read_is_found(tmp_path: Path) -> None:
    file = tmp_path / "mirror.db"
    file.touch(0o600)
    there = Deployment(settings(database_url=f"sqlite:///{file}"))
    assert not [text for text in await seen(room, there) if "chmod" in text]
    file.chmod(0o644)
    assert [text for text in await seen(room, there) if f"chmod 600 {file}*" in text]


async def test_the_command_fails_where_something_does_and_shows_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "DATABASE_URL": f"postgres://u:{CANARY}@127.0.0.1:1/d",
        "GQL_APP_WEBHOOK_SECRETS": f"{CANARY},{CANARY}",
        "GQL_APP_FEED_URL": f"redis://:{CANARY}@127.0.0.1:1",
        "GQL_APP_SECRETS": CANARY,
        "GQL_APP_PORT": "1",
    }.items():
        monkeypatch.setenv(name, value)
    for words in (["doctor"], ["doctor", "--json"]):
        ran = await asyncio.to_thread(CliRunner().invoke, app, words)
        assert isinstance(ran.exception, MirrorError)
        assert CANARY not in ran.output + str(ran.exception)
    lines = [json.loads(line) for line in ran.stdout.splitlines()]
    assert {"part", "level", "what", "advice"} == set(lines[0])
    assert [line["level"] for line in lines if line["part"] == "database"] == ["fail"]


async def test_settings_that_cannot_be_read_are_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GQL_APP_WORKERS", "many")
    ran = await asyncio.to_thread(CliRunner().invoke, app, ["doctor", "--json"])
    (line,) = ran.stdout.splitlines()
    assert ("GQL_APP_WORKERS" in json.loads(line)["what"], isinstance(ran.exception, MirrorError)) == (True, True)
