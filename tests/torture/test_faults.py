"""What is the data's fault is put aside alone; what is the database's is no event's fault."""

import asyncio

import httpx2
import pytest

from gql_app.errors import MirrorError, Outage, Unstorable
from tests.ingest.mirror import Mirror, mirroring, renamed
from tests.ingest.test_door import mirror_of, post
from tests.stage import SOON, Stage, on_stage
from tests.torture.refusals import taken, turned_away

DATA_FAULTS = [
    "22000", "22003", "22021", "22P02", "22P05", "23000", "23502", "23505", "23514", "54000", "54001",
]  # fmt: skip
OUTAGES = [
    "08006", "25006", "40001", "40P01", "42P01", "53000", "53100", "53200", "53300", "55P03", "57014",
    "57P01", "57P03", "58030", "P0001", "XX000", "XX001",
]  # fmt: skip
RAISE = "DO $$ BEGIN RAISE EXCEPTION 'a secret' USING ERRCODE = '{code}'; END $$"
POISON_FUNCTION = """
CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF NEW.name LIKE 'poison %' THEN RAISE EXCEPTION 'a secret' USING ERRCODE = substr(NEW.name, 8); END IF;
  RETURN NEW; END $$
"""
POISON = "CREATE TRIGGER poison BEFORE INSERT OR UPDATE ON customer FOR EACH ROW EXECUTE FUNCTION poison()"
POISON_SQLITE = """
CREATE TRIGGER poison BEFORE INSERT ON customer WHEN NEW.name LIKE 'poison%'
BEGIN SELECT RAISE(ABORT, 'refused'); END
"""
SQLITE_FAULTS: dict[str, type[Exception]] = {
    "INSERT INTO mirror_state (id, epoch) VALUES (1, 'secret')": Unstorable,
    "INSERT INTO mirror_state (id, epoch) VALUES (2, NULL)": Unstorable,
    "INSERT INTO mirror_state (id, epoch) VALUES ('secret', 'x')": Unstorable,
    "UPDATE mirror_state SET epoch = CAST(zeroblob(1000000001) AS TEXT)": Unstorable,
    "INSERT INTO nowhere VALUES (1)": Outage,
    "ATTACH '/nowhere/at/all.db' AS elsewhere": Outage,
    "SELECT json('not JSON')": Outage,
    "SELECT starve()": Outage,
}
FLAKY_FUNCTION = """
CREATE FUNCTION flaky() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF nextval('tries') < 3 THEN RAISE EXCEPTION 'not yet' USING ERRCODE = '{code}'; END IF;
  RETURN NEW; END $$
"""
FLAKY = "CREATE TRIGGER flaky BEFORE INSERT ON inbox FOR EACH ROW EXECUTE FUNCTION flaky()"


async def verdict(mirror: Mirror, statement: str) -> type[Exception]:
    """In which of our words the database's refusal of this statement is told; it must not quote the data."""
    with pytest.raises(MirrorError) as caught:
        async with mirror.database.turn() as transaction:
            await transaction.execute(statement)
    assert caught.type is Outage or "secret" not in str(caught.value)
    return caught.type


async def test_postgres_errors_are_told_apart_by_their_code(postgres_url: str) -> None:
    async with mirroring(postgres_url) as mirror:
        told = {code: await verdict(mirror, RAISE.format(code=code)) for code in DATA_FAULTS + OUTAGES}
        assert await mirror.hear(renamed("Ann")) == ["applied"]
    assert {code for code, word in told.items() if word is Unstorable} == set(DATA_FAULTS)
    assert {code for code, word in told.items() if word is Outage} == set(OUTAGES)


@pytest.mark.parametrize(("statement", "expected"), SQLITE_FAULTS.items())
async def test_sqlite_errors_are_told_apart(sqlite_url: str, statement: str, expected: type[Exception]) -> None:
    async with mirroring(sqlite_url) as mirror:
        await mirror.database._writer.create_function("starve", 0, starving)  # type: ignore[attr-defined]
        assert await verdict(mirror, statement) is expected
        assert await mirror.hear(renamed("Ann")) == ["applied"]


def starving() -> None:
    """What SQLite asks for is not there: SQLITE_NOMEM."""
    raise MemoryError


async def test_a_closed_connection_is_an_outage_and_a_value_of_no_type_is_not(sqlite_url: str) -> None:
    async with mirroring(sqlite_url) as mirror:
        with pytest.raises(Unstorable, match="Error binding parameter"):
            await mirror.database.read("SELECT $1", ({},))
    with pytest.raises(Outage):
        await mirror.database.turn().__aenter__()


@pytest.mark.parametrize("code", ["40001", "40P01", "55P03", "57P01", "08006"])
async def test_what_is_over_in_a_moment_no_sender_hears_of(postgres_url: str, code: str) -> None:
    async with on_stage(postgres_url) as stage:
        async with stage.parts.database.turn() as transaction:
            for statement in ("CREATE SEQUENCE tries", FLAKY_FUNCTION.format(code=code), FLAKY):
                await transaction.execute(statement)
        assert (await post(stage, renamed("Ann"))).json()["status"] == "stored"
        assert (await stage.parts.database.read("SELECT last_value FROM tries", ()))[0] == (3,)


async def poisonous(stage: Stage) -> None:
    """From now on some names raise what they say."""
    async with stage.parts.database.turn() as transaction:
        for statement in (POISON_FUNCTION, POISON) if is_postgres(stage) else (POISON_SQLITE,):
            await transaction.execute(statement)


def is_postgres(stage: Stage) -> bool:
    """Which of the two it is."""
    return stage.parts.database.dialect == "postgres"


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
    assert ("22003" if is_postgres(stage) else "SQLITE_CONSTRAINT") in answers[5].json()["reason"]
    assert len((await mirror_of(stage).rows())["customer"]) == 10
    assert "secret" not in str(await mirror_of(stage).inbox_rows()) + answers[5].text


@pytest.mark.parametrize("code", ["53100", "40001", "55P03", "57014"])
async def test_the_databases_fault_is_503_for_the_whole_batch(postgres_url: str, code: str) -> None:
    async with on_stage(postgres_url) as stage:
        await poisonous(stage)
        bodies = renamed("Ann", 1, 1), renamed(f"poison {code}", 3, 3), renamed("Bob", 2, 2)
        alone, *batch = await offered_together(stage, *bodies)
        assert alone.status_code == 202
        for answer in batch:
            turned_away(answer)
        assert [row["name"] for row in (await mirror_of(stage).rows())["customer"]] == ["Ann"]
        await taken(stage)
