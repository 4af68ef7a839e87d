"""API keys as their keeper handles them: made and shown once, listed, revoked, and of use while they are good."""

import json
import re
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gql_app.commands.key_desk import granted
from gql_app.commands.keys import app
from gql_app.errors import BadArgument, MirrorError
from gql_app.viewers import key_table
from gql_app.viewers.duration import seconds_in
from gql_app.viewers.keys import hash_of
from gql_app.viewers.viewer import USUAL_SCOPES, Bound
from tests.live.test_stopping import farewell
from tests.stage import on_stage
from tests.test_cli import assert_one_clear_line, gql_app

from .conftest import at_table, new_key
from .entries import DOORS, Entry, everywhere

SHAPE = re.compile(r"cg_[0-9a-f]{12}_[0-9A-Za-z]{43}")


def test_a_key_is_made_shown_once_listed_and_revoked(database_url: str) -> None:
    def keys(*words: str) -> str:
        ran = CliRunner().invoke(app, [*words, "--database-url", database_url])
        assert ran.exit_code == 0, ran.output
        return ran.stdout

    assert keys("list") == ""
    key = keys("create", "--name", "shop backend", "--expires-in", "90d").strip()
    assert SHAPE.fullmatch(key)
    bound = json.loads(keys("create", "--name", "ann", "--scopes", "customers:read", "--source-id", "ann", "--json"))
    assert (bound["bound"], bound["scopes"]) == ({"by": "source_id", "value": "ann"}, ["customers:read"])
    assert keys("revoke", key) == f"key {key[3:15]} (shop backend) is revoked\n"
    listed = [json.loads(line) for line in keys("list", "--json").splitlines()]
    assert [(one["name"], one["state"]) for one in listed] == [("shop backend", "revoked"), ("ann", "valid")]
    assert "shop backend" in keys("list")
    assert key[16:] not in keys("list", "--json") + keys("list")


async def test_only_a_hash_of_a_key_is_stored(database_url: str) -> None:
    async with at_table(database_url) as database:
        minted = await new_key(database)
        (row,) = await database.read("SELECT * FROM api_key", ())
    assert hash_of(minted.key) in row
    assert minted.key.rpartition("_")[2] not in repr(row)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("create", "--name", "x", "--scopes", "customers:all"), "customers:all is none of customers:read"),
        (("create", "--name", "x", "--scopes", ","), "names none"),
        (("create", "--name", " "), "--name must be"),
        (("create", "--name", "x", "--expires-in", "tomorrow"), "use 90d"),
        (("create", "--name", "x", "--customer-id", "a", "--source-id", "b"), "choose one"),
        (("create", "--name", "x", "--source-id", ""), "--source-id is empty"),
        (("revoke", "0123456789ab"), "gql-app keys list"),
    ],
)
def test_what_makes_no_sense_is_refused(words: tuple[str, ...], said: str, sqlite_url: str) -> None:
    ran = CliRunner().invoke(app, [*words, "--database-url", sqlite_url])
    assert isinstance(ran.exception, MirrorError)
    assert said in str(ran.exception)


def test_without_a_mirror_no_key_is_made_and_no_file_either(tmp_path: Path) -> None:
    assert_one_clear_line(gql_app("keys", "create", "--name", "x", cwd=tmp_path), "gql-app migrate")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("said", "seconds"), [("90d", 7_776_000), ("12h", 43_200), ("30M", 1800), ("2w", 1_209_600)])
def test_how_long_is_read_as_people_write_it(said: str, seconds: int) -> None:
    assert seconds_in(said) == seconds


@pytest.mark.parametrize("said", ["", "0d", "-1d", "90", "d", "1y", "9999999w", "1d2h", "٣d"])
def test_no_other_time_is_taken(said: str) -> None:
    with pytest.raises(BadArgument, match="--expires-in"):
        seconds_in(said)


def test_a_key_sees_no_personal_data_unless_that_was_asked_for() -> None:
    grant = granted("x", USUAL_SCOPES, None, (None, "ann"))
    assert grant.sight.bound == Bound("source_id", "ann")
    assert not {"customers:pii", "events:raw"} & grant.sight.scopes


async def test_the_first_key_closes_every_door_of_an_open_service(database_url: str) -> None:
    async with on_stage(database_url) as stage, at_table(database_url) as database:
        assert await everywhere(stage, None) == dict.fromkeys(DOORS, Entry(True))
        first = await new_key(database)
        await stage.parts.doorkeeper.ring.look()
        assert not any(entry.is_in for entry in (await everywhere(stage, None)).values())
        second = await new_key(database)
        for key in (first, second):
            assert await everywhere(stage, f"Bearer {key.key}") == dict.fromkeys(DOORS, Entry(True))


async def test_revoking_the_last_key_opens_nothing(database_url: str) -> None:
    async with at_table(database_url) as database:
        key = await new_key(database)
        await key_table.revoke(database, key.id, time.time())
    async with on_stage(database_url) as stage:
        assert not any(entry.is_in for entry in (await everywhere(stage, None)).values())


async def test_who_listened_without_a_key_leaves_when_the_first_is_made(database_url: str) -> None:
    async with on_stage(database_url) as stage, at_table(database_url) as database, stage.watcher() as watcher:
        await new_key(database)
        assert (await farewell(watcher.socket))[0] == 4403


async def test_when_a_key_was_last_used_is_noted_now_and_then_and_not_by_requests(database_url: str) -> None:
    async with at_table(database_url) as database:
        used, unused = await new_key(database), await new_key(database)
        async with on_stage(database_url) as stage:
            before = await key_table.newest(database)
            assert (await everywhere(stage, f"Bearer {used.key}"))["post"].is_in
            assert [key.last_used_at for key in await key_table.all_keys(database)] == [None, None]
            await stage.parts.doorkeeper.ring.note_uses()
        noted = {key.id: key.last_used_at for key in await key_table.all_keys(database)}
        assert noted[unused.id] is None
        assert key_table.seconds(noted[used.id] or "") == pytest.approx(time.time(), abs=60)
        assert await key_table.newest(database) == before
