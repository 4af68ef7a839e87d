"""Voucherify falls silent: the mirror says so, and is well again with the next word."""

from contextlib import AbstractAsyncContextManager
from typing import Any

from gql_app.database import Database, Row, Transaction
from gql_app.mirror.arrival import receive
from gql_app.mirror.retention import DAY
from gql_app.mirror.silence import HOUR, RECEIVED, SECOND, look, usual
from tests.ingest.mirror import Mirror, renamed
from tests.keeper.desk import until
from tests.stage import Stage, on_stage

BEGIN = 1_770_000_000 * SECOND
MINUTE = 60 * SECOND


async def told_at(mirror: Mirror, *moments: int) -> None:
    """Events, received at these moments after the beginning."""
    said = (renamed(f"Ann {moment}", number) for number, moment in enumerate(moments, moments[0] // SECOND))
    await mirror.write([receive(body, BEGIN + moment) for body, moment in zip(said, moments, strict=True)])


def day_and_night(days: int) -> list[int]:
    """A word every ten minutes from eight to eight."""
    return [day * DAY + 8 * HOUR + part * 10 * MINUTE for day in range(days) for part in range(73)]


async def is_well(stage: Stage) -> tuple[bool, Any]:
    """What the API and the readiness check say."""
    ready = (await stage.client.get("/health/ready")).json()
    return (await stage.ask("{ mirror { healthy } }"))["mirror"]["healthy"], ready["deliveries"]


async def is_silent(stage: Stage) -> bool:
    """Whether both say that nothing comes."""
    return await is_well(stage) == (False, "silent")


async def test_an_empty_mirror_is_well(stage: Stage) -> None:
    await look(stage.parts.database, 1, BEGIN)
    assert await is_well(stage) == (True, "ok")


async def test_a_long_silence_is_noticed_and_ends_with_the_next_word(stage: Stage) -> None:
    mirror = Mirror(stage.parts.database, stage.parts.inbox)
    await told_at(mirror, *day_and_night(3))
    last = BEGIN + 2 * DAY + 20 * HOUR
    await look(mirror.database, None, last + 36 * HOUR)
    assert await is_well(stage) == (True, "ok")
    await look(mirror.database, None, last + 37 * HOUR)
    assert await is_well(stage) == (False, "silent")
    assert (await stage.client.get("/health/ready")).status_code == 503
    await told_at(mirror, 5 * DAY)
    assert await is_well(stage) == (True, "ok")


async def test_nights_are_usual(mirror: Mirror) -> None:
    await told_at(mirror, *day_and_night(3))
    assert await usual(mirror.database) == 3 * 12 * HOUR


async def test_who_is_told_of_something_every_minute_misses_it_after_an_hour(mirror: Mirror) -> None:
    await told_at(mirror, *(number * MINUTE for number in range(24 * 60 + 1)))
    assert await usual(mirror.database) == HOUR


async def test_a_first_day_teaches_no_night(mirror: Mirror) -> None:
    await told_at(mirror, 0, MINUTE, 2 * MINUTE)
    assert await usual(mirror.database) == DAY


async def test_one_word_is_too_little_to_learn_from(mirror: Mirror) -> None:
    await told_at(mirror, 0)
    assert await usual(mirror.database) is None


class PrunedMeanwhile:
    """A mirror whose inbox is pruned between two looks at it."""

    def __init__(self, database: Database, from_look: int) -> None:
        self._database = database
        self._looks = from_look
        self.dialect = database.dialect

    def turn(self) -> AbstractAsyncContextManager[Transaction]:
        return self._database.turn()

    async def read(self, sql: str, parameters: tuple[Any, ...]) -> list[Row]:
        if sql == RECEIVED:
            self._looks -= 1
            if not self._looks:
                async with self.turn() as transaction:
                    await transaction.execute("DELETE FROM inbox")
        return await self._database.read(sql, parameters)

    async def state(self) -> str:
        return await self._database.state()

    async def close(self) -> None:
        await self._database.close()


async def test_what_is_pruned_while_it_is_looked_at_teaches_nothing(mirror: Mirror) -> None:
    await told_at(mirror, *day_and_night(3))
    assert await usual(PrunedMeanwhile(mirror.database, from_look=1)) is None


async def test_what_is_pruned_in_between_leaves_the_stretch_that_is_known(mirror: Mirror) -> None:
    await told_at(mirror, *day_and_night(3))
    assert await usual(PrunedMeanwhile(mirror.database, from_look=2)) == 3 * (2 * DAY + 12 * HOUR)


async def test_what_was_long_ago_is_not_usual_any_more(mirror: Mirror) -> None:
    await told_at(mirror, 0, 5 * DAY, *(20 * DAY + moment for moment in day_and_night(3)))
    assert await usual(mirror.database) == 3 * 12 * HOUR


async def test_who_watches_hears_of_a_silence_and_of_its_end(stage: Stage) -> None:
    mirror = Mirror(stage.parts.database, stage.parts.inbox)
    await told_at(mirror, 0)
    async with stage.watcher() as watcher:
        await watcher.subscribe("subscription { mirror { healthy } }")
        assert await watcher.data() == {"mirror": {"healthy": True}}
        await look(mirror.database, 90, BEGIN + 91 * SECOND)
        assert await watcher.data() == {"mirror": {"healthy": False}}
        await told_at(mirror, 5 * DAY)
        assert await watcher.data() == {"mirror": {"healthy": True}}


async def test_the_keeper_may_say_how_long_is_too_long(stage: Stage) -> None:
    mirror = Mirror(stage.parts.database, stage.parts.inbox)
    await told_at(mirror, 0)
    await look(mirror.database, 90, BEGIN + 90 * SECOND)
    assert await is_well(stage) == (True, "ok")
    await look(mirror.database, 90, BEGIN + 91 * SECOND)
    assert await is_well(stage) == (False, "silent")


async def test_the_service_notices_by_itself(database_url: str) -> None:
    async with on_stage(database_url) as stage:
        await told_at(Mirror(stage.parts.database, stage.parts.inbox), 0)
    async with on_stage(database_url, silent_after_seconds=60) as stage:
        await until(lambda: is_silent(stage))
        await stage.tell("customer.created", {"customer": {"id": "cust_1"}}, "2026-03-03T10:00:00Z")
        assert await is_well(stage) == (True, "ok")
