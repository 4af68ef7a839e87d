"""What `/health/ready` says, part by part."""

import asyncio
from typing import Any

import pytest

from gql_app.mirror import pulse
from gql_app.web import readiness
from tests.live.scenes import person, until
from tests.stage import Stage, on_stage
from tests.torture.test_outage import read_only

from .wire import wired

WELL = {
    "status": "ok",
    "database": "ok",
    "migrations": "ok",
    "writer": "ok",
    "queue": "ok",
    "feed": "ok",
    "deliveries": "ok",
    "live": "ok",
    "doorkeeper": "ok",
    "service": "ok",
}


async def asked(stage: Stage, query: str = "") -> tuple[int, dict[str, Any]]:
    """The status and the words."""
    response = await stage.client.get(f"/health/ready{query}")
    return response.status_code, response.json()


async def until_ready(stage: Stage) -> None:
    """Connected to its feed."""
    async with asyncio.timeout(10):
        while (await asked(stage))[1] != WELL:
            pass


async def test_a_service_that_is_well_says_so_of_each_part(stage: Stage) -> None:
    await until_ready(stage)
    assert (await stage.client.get("/health/live")).json() == {"status": "ok"}


async def test_a_file_that_cannot_be_written_is_noticed_without_an_event(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulse, "LATELY", 0)
    async with on_stage(sqlite_url) as stage:
        await until_ready(stage)
        async with read_only(stage):
            assert await asked(stage) == (503, {**WELL, "status": "not ready", "database": "outage"})
        assert (await asked(stage))[0] == 200


@pytest.mark.parametrize(("task", "part"), [("follower", "live"), ("doorkeeper", "doorkeeper")])
async def test_what_works_beside_the_requests_is_missed_when_it_ends(sqlite_url: str, task: str, part: str) -> None:
    async with on_stage(sqlite_url) as stage:
        await until_ready(stage)
        [at_work] = [one for one in asyncio.all_tasks() if one.get_name() == task]
        at_work.cancel()
        await asyncio.wait([at_work])
        assert await asked(stage) == (503, {**WELL, "status": "not ready", part: "stopped"})


async def last_write(stage: Stage) -> int:
    """The transaction that wrote the mirror's state last."""
    row: tuple[int] = (await stage.parts.database.read("SELECT xmin::text::bigint FROM mirror_state", ()))[0]
    return row[0]


async def test_asking_often_writes_no_more_often(postgres_url: str) -> None:
    async with on_stage(postgres_url) as stage:
        await until_ready(stage)
        before = await last_write(stage)
        await asyncio.gather(*(asked(stage) for _ in range(20)))
        assert await last_write(stage) == before


async def test_a_database_that_hangs_holds_up_no_probe(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "PATIENCE", 0.2)
    monkeypatch.setattr(pulse, "LATELY", 0)
    async with wired(postgres_url) as wire, on_stage(wire.url, statement_timeout_seconds=2) as stage:
        await asked(stage)
        wire.freeze(for_good=True)
        status, words = await asked(stage)
        assert (status, words["database"], words["migrations"]) == (503, "not answering", "not answering")
        wire.cut()
        wire.freeze()


async def test_tables_of_another_version_are_noticed(stage: Stage) -> None:
    async with stage.parts.database.turn() as transaction:
        await transaction.execute("DELETE FROM tortoise_migrations WHERE name LIKE '0002%'")
    status, words = await asked(stage)
    assert (status, words["migrations"]) == (503, "out of date")


async def test_a_queue_above_its_mark_is_noticed_before_it_is_full(database_url: str) -> None:
    async with on_stage(database_url, writer_queue=10, writer_batch=1) as stage:
        async with stage.parts.database.turn():
            posts = [asyncio.create_task(stage.post("customer.updated", person("Ann", number))) for number in range(10)]
            await until(lambda: stage.parts.inbox.waiting == 9)
            status, words = await asked(stage)
        await asyncio.gather(*posts)
        assert (status, words["queue"]) == (503, "filling")


async def test_a_silent_mirror_can_be_routed_to_so_that_it_can_hear_again(stage: Stage) -> None:
    await stage.post("customer.updated", person("Ann"))
    async with stage.parts.database.turn() as transaction:
        await transaction.execute("UPDATE mirror_state SET silent_since = last_event_at")
    await until(lambda: True)
    assert (await asked(stage))[0] == 503
    status, words = await asked(stage, "?without=deliveries")
    assert (status, words["deliveries"]) == (200, "silent")


async def test_a_part_that_does_not_exist_is_a_mistake(stage: Stage) -> None:
    status, words = await asked(stage, "?without=deliverys")
    assert status == 400
    assert "deliveries" in words["status"]


async def test_a_service_that_stops_is_not_ready_any_more(stage: Stage) -> None:
    await stage.parts.send_listeners_away()
    status, words = await asked(stage)
    assert (status, words["service"]) == (503, "stopping")
