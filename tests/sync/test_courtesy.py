"""Who fetches holds nobody up for long who delivers."""

from dataclasses import dataclass

from gql_app.mirror.courtesy import ALONE, AMONG, FIRST, LEAST, MOST, QUIET_SECONDS, Courtesy
from gql_app.sync.fetched import fetched, telling
from tests.sync.asked import Asked
from tests.voucherify.shop import Shop

EACH = 0.001
"""Seconds that a telling takes here."""


@dataclass
class Shared:
    """A turn that is shared with whoever delivers, and a clock of its own."""

    now: float = 0.0
    delivered: int = 0

    def __post_init__(self) -> None:
        self.courtesy = Courtesy(clock=lambda: self.now)

    async def turn(self, each: float = EACH) -> float:
        """The seconds that it was held."""
        self.courtesy.saw(self.delivered)
        held = self.courtesy.size * each
        self.now += held
        await self.courtesy.stand_back(held, self.courtesy.size)
        return held


async def test_a_turn_is_short_while_deliveries_come_however_long_a_telling_takes() -> None:
    shared = Shared()
    for each in (EACH, EACH / 5, EACH * 2):
        for _ in range(6):
            shared.delivered += 1
            held = await shared.turn(each)
        assert AMONG / 2 <= held <= max(AMONG, LEAST * each)


async def test_nobody_delivers_so_turns_grow_and_the_first_delivery_shortens_them() -> None:
    shared = Shared()
    assert await shared.turn() == FIRST * EACH
    shared.now += QUIET_SECONDS
    for _ in range(6):
        await shared.turn()
    assert shared.courtesy.size == min(MOST, int(ALONE / EACH))
    shared.delivered += 1
    await shared.turn()
    assert await shared.turn() <= max(AMONG, LEAST * EACH)


async def test_who_is_loaded_is_written_once(shop: Shop, asked_once: Asked) -> None:
    async with asked_once.mirror.database.turn() as transaction:
        await transaction.execute("CREATE TABLE again (id TEXT)")
        await transaction.execute(
            "CREATE TRIGGER again AFTER UPDATE ON customer BEGIN INSERT INTO again VALUES (new.id); END"
        )
    for _ in range(120):
        shop.join()
    shop.pass_time(3600)
    await asked_once.load()
    assert await asked_once.mirror.database.read("SELECT id FROM again", ()) == []
    unverified = "SELECT count(*) FROM customer WHERE verified_at IS NULL"
    assert await asked_once.mirror.database.read(unverified, ()) == [(0,)]


async def test_who_is_told_of_again_in_the_same_words_was_seen_then(asked_once: Asked) -> None:
    at = 1_767_225_600_000_000
    bodies = [telling("customer", fetched(b'{"id":"cust_%d"}' % number, at), at) for number in (1, 2)]
    seen = "SELECT DISTINCT verified_at FROM customer"
    await asked_once.intake.take(bodies, at)
    assert await asked_once.mirror.database.read(seen, ()) == [("2026-01-01T00:00:00.000Z",)]
    await asked_once.intake.take(bodies, at + 3_600_000_000)
    await asked_once.intake.take(bodies, at)
    assert await asked_once.mirror.database.read(seen, ()) == [("2026-01-01T01:00:00.000Z",)]
