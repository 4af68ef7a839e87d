"""Without a word of configuration only this machine is served; beyond it, nothing is left open by oversight."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest
from websockets.asyncio.client import connect

from gql_app.commands.safety import refuse_to_be_reached, unsecured
from gql_app.errors import BadSetting
from gql_app.settings import Settings
from tests.live.test_stopping import farewell
from tests.stage import SOON, on_stage
from tests.test_cli import assert_one_clear_line, gql_app

from .conftest import at_table, new_key
from .entries import DOORS, Entry, everywhere

ELSEWHERE = ["0.0.0.0", "::", "", "192.168.1.7", "mirror.example", "127.0.0.1.example", "::ffff:0:0"]
SECRET = "of thirty-two bytes at the least!"
POST = {"json": {"query": "{ __typename }"}}


@pytest.mark.parametrize("host", ELSEWHERE)
async def test_it_refuses_to_be_reached_and_names_all_that_is_missing(host: str, database_url: str) -> None:
    with pytest.raises(BadSetting) as error:
        await refuse_to_be_reached(Settings(database_url=database_url, host=host))
    for named in ("GQL_APP_WEBHOOK_SECRETS", "gql-app keys create", "GQL_APP_JWT_SECRET", "GQL_APP_JWT_JWKS_URL"):
        assert named in str(error.value)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost", "LOCALHOST"])
async def test_this_machine_is_served_as_it_is(host: str, database_url: str) -> None:
    await refuse_to_be_reached(Settings(database_url=database_url, host=host))


@pytest.mark.parametrize("readers", [{"jwt_secret": SECRET}, {"open_to_readers": True}, {}])
async def test_secrets_and_a_way_to_tell_readers_apart_are_enough(readers: dict[str, str], database_url: str) -> None:
    if not readers:
        async with at_table(database_url) as database:
            await new_key(database)
    given = Settings(database_url=database_url, host="0.0.0.0", webhook_secrets="s", **readers)
    await refuse_to_be_reached(given)
    with pytest.raises(BadSetting, match="WEBHOOK_SECRETS"):
        await refuse_to_be_reached(given.model_copy(update={"webhook_secrets": ()}))


async def test_a_key_that_is_no_longer_good_is_no_way(database_url: str) -> None:
    async with at_table(database_url) as database:
        await new_key(database, expires_in=-1)
    with pytest.raises(BadSetting, match="keys create"):
        await refuse_to_be_reached(Settings(database_url=database_url, host="0.0.0.0", webhook_secrets="s"))


def test_a_refused_start_is_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    assert_one_clear_line(gql_app("serve", "--host", "0.0.0.0", "--port", "0", cwd=tmp_path), "Will not listen on")
    assert list(tmp_path.iterdir()) == []


async def test_beyond_this_machine_every_door_wants_a_token(database_url: str) -> None:
    async with on_stage(database_url, host="0.0.0.0") as stage:
        assert not any(entry.is_in for entry in (await everywhere(stage, None)).values())


async def test_who_says_so_may_leave_it_open_and_is_told_loudly(database_url: str) -> None:
    async with on_stage(database_url, host="0.0.0.0", open_to_readers=True) as stage:
        await new_key(stage.parts.database)
        await stage.parts.doorkeeper.ring.look()
        for credential in (None, "Bearer of the proxy's own"):
            assert await everywhere(stage, credential) == dict.fromkeys(DOORS, Entry(True))
        settings = Settings(open_to_readers=True, webhook_secrets="s")
        assert "EVERY CUSTOMER" in unsecured(settings, stage.parts.doorkeeper.is_open)[0]


def test_who_is_told_that_nothing_is_open_finds_it_so() -> None:
    assert unsecured(Settings(webhook_secrets="s"), is_open=False) == []
    assert len(unsecured(Settings(), is_open=True)) == 2


@pytest.mark.parametrize(
    "name", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "[::2]:80", "10.0.0.1"]
)
async def test_a_page_that_gives_its_own_name_to_this_address_is_refused(name: str, sqlite_url: str) -> None:
    async with on_stage(sqlite_url) as stage:
        for path in ("/graphql?query={__typename}", "/schema.graphql"):
            response = await stage.client.get(path, headers={"host": name, "origin": f"http://{name}"})
            assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (403, "FORBIDDEN")
        port = stage.url.rpartition(":")[2]
        async with connect(
            f"ws://{name.rsplit(':', 1)[0]}:{port}/graphql",
            host="127.0.0.1",
            port=int(port),
            subprotocols=["graphql-transport-ws"],
        ) as socket:  # type: ignore[list-item]
            await socket.send(json.dumps({"type": "connection_init"}))
            assert (await farewell(socket))[0] == 4403


@pytest.mark.parametrize("name", ["localhost", "localhost:8000", "127.0.0.1:1", "[::1]:8000", "LOCALHOST:1"])
async def test_this_machine_may_be_called_by_its_own_names(name: str, sqlite_url: str) -> None:
    async with on_stage(sqlite_url) as stage:
        assert (await stage.client.post("/graphql", headers={"host": name}, **POST)).status_code == 200


@pytest.mark.parametrize(
    "media", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
async def test_a_form_on_another_page_asks_nothing(media: str, sqlite_url: str) -> None:
    async with on_stage(sqlite_url) as stage:
        body = json.dumps(POST["json"]).encode()
        response = await stage.client.post("/graphql", content=body, headers={"content-type": media})
        assert response.status_code == 415


async def test_a_page_elsewhere_tells_no_events_while_nobody_signs_them(sqlite_url: str) -> None:
    async with on_stage(sqlite_url) as stage:
        event = json.dumps({"customer": {"id": "cust_1", "object": "customer", "name": "Made up"}})
        from_a_page = {"origin": "https://evil.example", "content-type": "text/plain"}
        for headers, status in ((from_a_page, 403), ({}, 202)):
            response = await stage.client.post("/webhooks/voucherify/customer.updated", content=event, headers=headers)
            assert response.status_code == status


async def test_a_served_banner_tells_the_truth(sqlite_url: str) -> None:
    assert "not authenticated" in await banner(sqlite_url)
    async with at_table(sqlite_url) as database:
        await new_key(database)
    assert "not authenticated" not in await banner(sqlite_url)


async def banner(url: str) -> str:
    """What `gql-app serve` prints before it serves."""
    command = [sys.executable, "-m", "gql_app", "serve", "--port", "0", "--database-url", url]
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=asyncio.subprocess.DEVNULL)
    try:
        assert process.stdout is not None
        async with asyncio.timeout(SOON * 6):
            return (await process.stdout.readuntil(b"Webhooks are not verified")).decode()
    finally:
        process.terminate()
        await process.communicate()
