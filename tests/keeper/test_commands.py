"""What a keeper types while the service runs, and what they are told."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.ingest.mirror import Mirror
from tests.keeper.desk import damage, history
from tests.stage import Stage, on_stage

CHANGES = """subscription ($here: Cursor) { customerChanges(after: $here) { ... on CustomerChange {
  customerId changes { path before after } event { type source } } } }"""
NAME = '{ customer(by: {id: "cust_2"}) { name } }'


class Keeper:
    """Types `gql-app` commands in a process of its own, beside a service that has heard a history."""

    def __init__(self, stage: Stage, url: str, folder: Path) -> None:
        self.stage = stage
        self.mirror = Mirror(stage.parts.database, stage.parts.inbox)
        self._url = url
        self._folder = folder

    async def types(self, *words: str) -> tuple[int, str, str]:
        """Exit status, standard output, standard error."""
        pipe, quiet = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        asked = (sys.executable, "-m", "gql_app", *words, "--database-url", self._url)
        ran = await asyncio.create_subprocess_exec(*asked, cwd=self._folder, stdin=quiet, stdout=pipe, stderr=pipe)
        out, err = await ran.communicate()
        return ran.returncode or 0, out.decode(), err.decode()

    async def fails(self, *words: str) -> str:
        """The one line that it fails with."""
        status, _, err = await self.types(*words)
        assert status != 0
        (line,) = err.splitlines()
        return line

    async def objects(self, *words: str) -> list[dict[str, object]]:
        """What is printed for a program to read."""
        status, out, err = await self.types(*words, "--json")
        assert status == 0, err
        return [json.loads(line) for line in out.splitlines()]


@pytest.fixture
async def keeper(database_url: str, tmp_path: Path) -> AsyncIterator[Keeper]:
    """A keeper beside a running service."""
    async with on_stage(database_url) as stage:
        keeper = Keeper(stage, database_url, tmp_path)
        await keeper.mirror.hear(*history(), b'{"secret": 1}')
        yield keeper


async def test_events_are_listed_for_people_and_for_programs(keeper: Keeper) -> None:
    status, out, _ = await keeper.types("events", "list", "--customer", "cust_1", "--limit", "2")
    assert (status, len(out.splitlines())) == (0, 3)
    assert "customer.segment.entered" in out
    (listed,) = await keeper.objects("events", "list", "--state", "quarantined")
    assert (listed["id"], listed["verdict"]) == (6, "quarantined")
    assert "secret" not in json.dumps(listed)


async def test_only_show_prints_a_body(keeper: Keeper) -> None:
    status, out, err = await keeper.types("events", "show", "4")
    assert status == 0
    assert "customer.updated" in out
    assert '"name": "Bob"' in out
    assert err == ""
    (shown,) = await keeper.objects("events", "show", "6")
    assert shown["body"] == '{"secret": 1}'
    assert "no event 99" in await keeper.fails("events", "show", "99")


async def test_a_replay_is_seen_by_the_service(keeper: Keeper) -> None:
    await damage(keeper.mirror, "UPDATE customer SET name = 'Eve', stamps = '{}' WHERE id = 'cust_2'")
    _, out, _ = await keeper.types("events", "replay", "4", "--dry-run")
    assert '  cust_2 name: "Eve" -> "Bob"' in out.splitlines()
    assert (await keeper.stage.ask(NAME))["customer"]["name"] == "Eve"
    _, out, _ = await keeper.types("events", "replay", "4")
    assert out.splitlines()[-1] == "now: 1 applied"
    assert (await keeper.stage.ask(NAME))["customer"]["name"] == "Bob"


async def test_a_replay_wants_to_know_of_what(keeper: Keeper) -> None:
    assert "Say which events" in await keeper.fails("events", "replay")
    assert "No event is like that" in await keeper.fails("events", "replay", "77")
    assert "is no time" in await keeper.fails("events", "replay", "--since", "monday")
    assert "is none of" in await keeper.fails("events", "list", "--state", "odd")


async def test_to_discard_one_has_to_be_sure(keeper: Keeper) -> None:
    assert "--yes" in await keeper.fails("events", "discard", "6")
    status, out, _ = await keeper.types("events", "discard", "6", "--yes")
    assert (status, out) == (0, "1 event discarded; the bytes are kept\n")
    assert (await keeper.stage.ask("{ mirror { quarantined } }"))["mirror"]["quarantined"] == 0
    assert "No quarantined event" in await keeper.fails("events", "discard", "6", "--yes")


async def test_a_repair_is_told_to_who_listens(keeper: Keeper) -> None:
    await damage(keeper.mirror, "UPDATE customer SET name = 'Eve' WHERE id = 'cust_2'")
    here = (await keeper.stage.ask("{ mirror { cursor } }"))["mirror"]["cursor"]
    async with keeper.stage.watcher() as watcher:
        await watcher.subscribe(CHANGES, here=here)
        status, out, _ = await keeper.types("rebuild")
        seen = (await watcher.data())["customerChanges"]
    assert status == 0
    assert out.splitlines() == [
        'customer cust_2 name: "Eve" -> "Bob"',
        "5 events told again, 1 difference in 1 row: put right",
    ]
    assert seen == {
        "customerId": "cust_2",
        "changes": [{"path": "name", "before": "Eve", "after": "Bob"}],
        "event": {"type": "mirror.rebuilt", "source": "ADMIN"},
    }


async def test_a_dry_rebuild_fails_where_something_differs(keeper: Keeper) -> None:
    status, out, _ = await keeper.types("rebuild", "--dry-run")
    assert (status, out) == (0, "5 events told again, the mirror is what they say\n")
    await damage(keeper.mirror, "DELETE FROM consent")
    assert "gql-app rebuild" in await keeper.fails("rebuild", "--dry-run")
    found = await keeper.objects("rebuild")
    assert {"table": "consent", "column": "granted", "shown": None, "rebuilt": True}.items() <= next(
        one for one in found if one["column"] == "granted"
    ).items()


async def test_bodies_are_pruned_when_asked(keeper: Keeper) -> None:
    assert "--days" in await keeper.fails("events", "prune")
    _, out, _ = await keeper.types("events", "prune", "--days", "1")
    assert out == "4 bodies older than 1 days emptied; their rows still stop repeats\n"
    assert "4 events" in await keeper.fails("rebuild")


async def test_where_there_is_no_mirror_none_is_made(tmp_path: Path) -> None:
    keeper = Keeper.__new__(Keeper)
    keeper._url, keeper._folder = "sqlite:///none.db", tmp_path
    assert "gql-app migrate" in await keeper.fails("events", "list")
    assert os.listdir(tmp_path) == []
