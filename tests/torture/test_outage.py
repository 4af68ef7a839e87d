"""What is the data's fault is put aside alone; what is the database's is 503, leaves nothing half-written, and passes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest

from gql_app.database.address import read_address
from gql_app.errors import Outage, Unstorable
from tests.ingest.mirror import Mirror, body, customer, mirroring, renamed
from tests.ingest.test_door import DOOR, TERMINATE, administrator, locked_file, mirror_of
from tests.stage import SOON, Stage, on_stage
from tests.torture.books import check_books
from tests.torture.lives import Retrying

DATA_FAULTS = ["22000", "22003", "22021", "22P02", "22P05", "23000", "23502", "23505", "23514", "54000", "54001"]
OUTAGES = [
    "08006", "25006", "40001", "40P01", "42P01", "53000", "53100", "53200", "53300", "55P03", "57014", "57P01", "57P03",
    "58030", "P0001", "XX000", "XX001",
]  # fmt: skip
RAISE = "DO $$ BEGIN RAISE EXCEPTION 'a secret' USING ERRCODE = '{code}'; END $$"
POISON_FUNCTION = """
CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF NEW.name LIKE 'poison %' THEN RAISE EXCEPTION 'a secret' USING ERRCODE = substr(NEW.name, 8); END IF;
  RETURN NEW; END $$
"""
POISON = "CREATE TRIGGER poison BEFORE INSERT OR UPDATE ON customer FOR EACH ROW EXECUTE FUNCTION poison()"
POISON_SQLITE = """
CREATE TRIGGER poison BEFORE INSERT ON customer WHEN NEW.name LIKE 'poison%' BEGIN SELECT RAISE(ABORT, 'refused'); END
"""
SQLITE_FAULTS: dict[str, type[Exception]] = {
    "INSERT INTO mirror_state (id, epoch) VALUES (1, 'secret')": Unstorable,
    "INSERT INTO mirror_state (id, epoch) VALUES (2, NULL)": Unstorable,
    "INSERT INTO mirror_state (id, epoch) VALUES ('secret', 'x')": Unstorable,
    "UPDATE mirror_state SET epoch = CAST(zeroblob(1000000001) AS TEXT)": Unstorable,
    "INSERT INTO nowhere VALUES (1)": Outage,
    "ATTACH '/nowhere/at/all.db' AS elsewhere": Outage,
    "SELECT json('not JSON')": Outage,
}
STORED = """
SELECT (SELECT count(*) FROM inbox), (SELECT count(*) FROM customer), (SELECT count(*) FROM journal), position,
       events_received FROM mirror_state
"""
BIG = "x" * 200_000


async def post(stage: Stage, said: bytes) -> httpx2.Response:
    """Posts these bytes."""
    return await stage.client.post(DOOR, content=said)


async def stored(stage: Stage) -> Any:
    """Everything there is to count."""
    return await stage.parts.database.read(STORED, ())


async def verdict(mirror: Mirror, statement: str) -> type[Exception] | None:
    """In which of our words the database's refusal of this statement is told; it must not quote the data."""
    try:
        async with mirror.database.turn() as transaction:
            await transaction.execute(statement)
    except (Outage, Unstorable) as error:
        assert isinstance(error, Outage) or "secret" not in str(error)
        return type(error)
    return None


async def test_postgres_errors_are_told_apart_by_their_code(postgres_url: str) -> None:
    async with mirroring(postgres_url) as mirror:
        told = {code: await verdict(mirror, RAISE.format(code=code)) for code in DATA_FAULTS + OUTAGES}
        assert await mirror.hear(renamed("Ann")) == ["applied"]
    assert {code for code, word in told.items() if word is Unstorable} == set(DATA_FAULTS)
    assert {code for code, word in told.items() if word is Outage} == set(OUTAGES)


@pytest.mark.parametrize(("statement", "expected"), SQLITE_FAULTS.items())
async def test_sqlite_errors_are_told_apart(sqlite_url: str, statement: str, expected: type[Exception]) -> None:
    async with mirroring(sqlite_url) as mirror:
        assert await verdict(mirror, statement) is expected
        assert await mirror.hear(renamed("Ann")) == ["applied"]


async def poisonous(stage: Stage) -> None:
    """From now on some names raise what they say."""
    async with stage.parts.database.turn() as transaction:
        is_postgres = stage.parts.database.dialect == "postgres"
        for statement in (POISON_FUNCTION, POISON) if is_postgres else (POISON_SQLITE,):
            await transaction.execute(statement)


async def offered_together(stage: Stage, *bodies: bytes) -> list[httpx2.Response]:
    """The answers to bodies that wait for one turn."""
    async with stage.parts.database.turn():
        posts = [asyncio.create_task(post(stage, said)) for said in bodies]
        async with asyncio.timeout(SOON):
            while stage.parts.inbox.waiting < len(bodies) - 1:  # the first is in the writer's hands
                await asyncio.sleep(0)
    return [await one for one in posts]


async def test_the_datas_fault_is_put_aside_alone(stage: Stage) -> None:
    await poisonous(stage)
    bodies = [renamed(f"Ann {number}", number, number) for number in range(1, 12)]
    bodies[5] = renamed("poison 22003", 6, 6)
    answers = await offered_together(stage, *bodies)
    assert [one.status_code for one in answers] == [202] * 11
    assert [one.json()["status"] for one in answers].count("quarantined") == 1
    assert answers[5].json()["status"] == "quarantined"
    assert len((await mirror_of(stage).rows())["customer"]) == 10
    assert "secret" not in str(await mirror_of(stage).inbox_rows()) + answers[5].text


@pytest.mark.parametrize("code", ["53100", "40001", "55P03", "57014"])
async def test_the_databases_fault_is_503_for_the_whole_batch(postgres_url: str, code: str) -> None:
    async with on_stage(postgres_url) as stage:
        await poisonous(stage)
        before = await stored(stage)
        await refused(stage, renamed(f"poison {code}"), renamed("Bob", 2, 2))
        assert await stored(stage) == before
        await taken(stage)


async def refused(stage: Stage, *bodies: bytes) -> None:
    """All of them, with a time to come back and no word about our insides."""
    for answer in await asyncio.gather(*(post(stage, said) for said in bodies)):
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert "SQL" not in answer.text
        assert "secret" not in answer.text


async def taken(stage: Stage) -> None:
    """The next event is applied, and the books are right."""
    assert (await post(stage, renamed("Eve", 7, 7))).json()["status"] == "stored"
    assert (await mirror_of(stage).row(id="cust_7"))["name"] == "Eve"
    keys = [row[0] for row in await stage.parts.database.read("SELECT key FROM inbox", ())]
    await check_books(mirror_of(stage), keys)


@asynccontextmanager
async def full_disk(stage: Stage) -> AsyncIterator[None]:
    """The file may not grow by a page."""
    writer = stage.parts.database._writer  # type: ignore[attr-defined]
    (pages,) = list(await writer.execute_fetchall("PRAGMA page_count"))[0]
    await writer.execute_fetchall(f"PRAGMA max_page_count = {pages}")
    yield
    await writer.execute_fetchall("PRAGMA max_page_count = 1073741823")


@asynccontextmanager
async def read_only(stage: Stage) -> AsyncIterator[None]:
    """Every write is refused with SQLITE_READONLY, as on a file system that was remounted."""
    writer = stage.parts.database._writer  # type: ignore[attr-defined]
    await writer.execute_fetchall("PRAGMA query_only = 1")
    yield
    await writer.execute_fetchall("PRAGMA query_only = 0")


@asynccontextmanager
async def locked(stage: Stage) -> AsyncIterator[None]:
    """Another process holds the file, and nobody waits long."""
    writer = stage.parts.database._writer  # type: ignore[attr-defined]
    await writer.execute_fetchall("PRAGMA busy_timeout = 50")
    async with locked_file(stage.parts.database.path):  # type: ignore[attr-defined]
        yield


@pytest.mark.parametrize("outage", [full_disk, read_only, locked])
async def test_an_outage_of_the_file_is_503_and_passes(sqlite_url: str, outage: Any) -> None:
    async with on_stage(sqlite_url) as stage:
        await post(stage, renamed("Ann", 90))
        before = await stored(stage)
        async with outage(stage):
            for number in range(1, 4):
                await refused(stage, body("customer.updated", customer(metadata={"a": BIG}), number=number))
            assert await stored(stage) == before
        await taken(stage)


async def test_a_rival_that_keeps_the_journals_row_is_503_and_passes(postgres_url: str) -> None:
    async with on_stage(postgres_url) as stage, administrator(postgres_url) as rival:
        await post(stage, renamed("Ann", 90))
        before = await stored(stage)
        await stage.parts.database._connection.execute("SET lock_timeout = '50ms'")  # type: ignore[attr-defined]
        async with rival.transaction():
            await rival.execute("SELECT 1 FROM mirror_state FOR UPDATE")
            await refused(stage, renamed("Bob", 1, 1), renamed("Bob", 2, 2))
            assert await stored(stage) == before
        await taken(stage)


class Here:
    """A service that never goes away, for senders that only wait for one that does."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.up = asyncio.Event()
        self.up.set()


async def test_terminated_backends_lose_nothing_and_tell_nothing_twice(
    postgres_server: str, postgres_url: str
) -> None:
    senders = Retrying(events=400)
    async with on_stage(postgres_url) as stage, administrator(postgres_server) as admin:
        sending = asyncio.create_task(senders.run(Here(stage.url)))
        for acknowledged in range(20, senders.events, 25):
            await _reached(senders, acknowledged, sending)
            await admin.execute(TERMINATE, read_address(postgres_url).database)  # type: ignore[union-attr]
        await sending
    assert senders.refused > 0
    async with mirroring(postgres_url) as mirror:
        await check_books(mirror, senders.acknowledged)
        assert len(senders.acknowledged) == senders.events


async def _reached(senders: Retrying, acknowledged: int, sending: "asyncio.Task[None]") -> None:
    async with asyncio.timeout(6 * SOON):
        while len(senders.acknowledged) < acknowledged and not sending.done():
            await asyncio.sleep(0)


