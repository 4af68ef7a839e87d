"""Bodies are emptied after a time; their rows stay, and what was told stays true."""

from gql_app.mirror.ledger import Choice
from gql_app.mirror.retention import DAY, newest_before, prune
from gql_app.mirror.silence import SECOND
from gql_app.voucherify.values import moment_at
from tests.ingest.mirror import Mirror, body, renamed
from tests.keeper.desk import damage, history, replayed, until
from tests.stage import on_stage

BEGIN = 1_770_000_000 * SECOND
SIZES = "SELECT verdict, length(body) > 0 FROM inbox ORDER BY id"


async def kept(mirror: Mirror) -> list[tuple[str, bool]]:
    """Verdict of each event, and whether its bytes are there."""
    return [(row[0], bool(row[1])) for row in await mirror.database.read(SIZES, ())]


async def nothing_left(mirror: Mirror) -> bool:
    """Whether every applied event's bytes are gone."""
    return ("applied", True) not in await kept(mirror)


async def test_old_bodies_go_and_what_may_still_be_learnt_from_stays(mirror: Mirror) -> None:
    await mirror.hear(*history(), b"{", b"[")
    await damage(mirror, "UPDATE inbox SET verdict = 'discarded' WHERE id = 7")
    assert await prune(mirror.database, BEGIN + DAY) == 5
    assert await kept(mirror) == [
        *[("applied", False)] * 4,
        ("unmapped", True),
        ("quarantined", True),
        ("discarded", False),
    ]
    assert await prune(mirror.database, BEGIN + DAY) == 0


async def test_only_what_is_old_enough_is_emptied(mirror: Mirror) -> None:
    await mirror.hear(*history())
    assert await prune(mirror.database, BEGIN + 2 * SECOND) == 2
    assert [full for _, full in await kept(mirror)] == [False, False, True, True, True]


async def test_more_than_one_turn_takes_is_emptied_in_several(mirror: Mirror) -> None:
    await mirror.hear(*(renamed("Ann", number, number % 7) for number in range(1, 1001)))
    assert await prune(mirror.database, BEGIN + 700 * SECOND) == 700
    assert [full for _, full in await kept(mirror)] == [False] * 700 + [True] * 300


async def test_an_event_without_its_body_is_still_known(mirror: Mirror) -> None:
    await mirror.hear(*history())
    rows = await mirror.rows(kept_too=True)
    await prune(mirror.database, BEGIN + DAY)
    assert set(await mirror.hear(*history())) == {"duplicate"}
    assert await mirror.rows(kept_too=True) == rows


async def test_an_event_without_its_body_cannot_be_told_again_and_says_so(mirror: Mirror) -> None:
    await mirror.hear(*history())
    await prune(mirror.database, BEGIN + DAY)
    (retold,) = await replayed(mirror, Choice(ids=(1,)))
    assert (retold.after, retold.reason, retold.changes) == ("applied", "its body has been pruned", ())


async def test_the_newest_event_before_a_moment_is_found_by_halving(mirror: Mirror) -> None:
    await mirror.hear(*(body("customer.created", {"customer": {"id": "c"}}, number=n) for n in range(9)))
    found = [await newest_before(mirror.database, moment_at(BEGIN + n * SECOND)) for n in (0, 1, 4, 99)]
    assert found == [0, 1, 4, 9]


async def test_the_service_prunes_by_itself_and_still_answers(database_url: str) -> None:
    async with on_stage(database_url) as stage:
        mirror = Mirror(stage.parts.database, stage.parts.inbox)
        await mirror.hear(*history())
    async with on_stage(database_url, keep_bodies_days=1) as stage:
        mirror = Mirror(stage.parts.database, stage.parts.inbox)
        await until(lambda: nothing_left(mirror))
        said = await stage.ask('{ customer(by: {id: "cust_2"}) { name activity { nodes { type data } } } }')
    assert said["customer"] == {
        "name": "Bob",
        "activity": {"nodes": [{"type": "customer.updated", "data": None}]},
    }
