"""A keeper's command that is killed in the middle leaves a whole mirror, and the next one finishes its work."""

import asyncio
import os
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from gql_app.mirror.arrival import receive
from tests.ingest.mirror import Mirror, renamed
from tests.keeper.desk import damage, rebuilt, state

CUSTOMERS = int(os.environ.get("GQL_APP_TEST_KEEPER_CUSTOMERS", "1500"))
REPLAY = ("events", "replay", "--state", "quarantined")
DAMAGE = "UPDATE customer SET name = 'Eve'"


async def many(mirror: Mirror) -> None:
    """A customer for each event, so that a command has something to do for a while."""
    for start in range(0, CUSTOMERS, 500):
        await mirror.hear(*(renamed(f"Ann {n}", n, n) for n in range(start, min(start + 500, CUSTOMERS))))


class Killed:
    """A command in a process of its own that is killed at a moment of the test's choice."""

    def __init__(self, url: str, folder: Path) -> None:
        self._options = ("--database-url", url)
        self._folder = folder

    async def begun(self, *words: str) -> asyncio.subprocess.Process:
        """It runs."""
        quiet = asyncio.subprocess.DEVNULL
        asked = (sys.executable, "-m", "gql_app", *words, *self._options)
        return await asyncio.create_subprocess_exec(*asked, cwd=self._folder, stdin=quiet, stdout=quiet, stderr=quiet)

    async def in_its_work(self, mirror: Mirror, *words: str) -> bool:
        """Killed once the journal has moved; False where it was done before."""
        begun, before = await self.begun(*words), (await state(mirror))[0]
        while begun.returncode is None and (await state(mirror))[0] == before:
            await asyncio.sleep(0)
        if begun.returncode is None:
            begun.kill()
        return await begun.wait() != 0

    async def after(self, seconds: float, *words: str) -> None:
        """Killed so long after its start."""
        begun = await self.begun(*words)
        try:
            async with asyncio.timeout(seconds):
                await begun.wait()
        except TimeoutError:
            begun.kill()
            await begun.wait()


@pytest.fixture
def killed(database_url: str, tmp_path: Path) -> Killed:
    """Commands on this database."""
    return Killed(database_url, tmp_path)


async def is_whole(mirror: Mirror) -> None:
    """Every row is either as it was or as it should be, with the journal's word for each that changed."""
    journal = await mirror.journal()
    assert [one["position"] for one in journal] == list(range(1, len(journal) + 1))
    assert len(journal) == (await state(mirror))[0]
    mended = {one["customer_id"] for one in journal if one["event_type"] == "mirror.rebuilt"}
    for row in (await mirror.rows())["customer"]:
        assert (row["name"] != "Eve") is (row["id"] in mended)


async def test_a_rebuild_that_is_killed_leaves_a_whole_mirror(mirror: Mirror, killed: Killed) -> None:
    await many(mirror)
    before = await mirror.rows()
    await damage(mirror, DAMAGE)
    await killed.after(1, "rebuild")
    await is_whole(mirror)
    assert await killed.in_its_work(mirror, "rebuild"), "it was killed between two turns"
    await is_whole(mirror)
    await mirror.hear(renamed("Bob", CUSTOMERS + 1, CUSTOMERS + 1))
    await rebuilt(mirror)
    assert await rebuilt(mirror) == []
    rows = await mirror.rows()
    rows["customer"] = [row for row in rows["customer"] if row["id"] != f"cust_{CUSTOMERS + 1}"]
    assert rows == before


async def test_a_replay_that_is_killed_leaves_every_event_told_or_waiting(mirror: Mirror, killed: Killed) -> None:
    for start in range(0, CUSTOMERS, 500):
        heard = (receive(renamed("Ann", n, n), n) for n in range(start, start + 500))
        await mirror.take([replace(one, facts=None, reason="not yet") for one in heard])
    assert await killed.in_its_work(mirror, *REPLAY), "it was killed between two batches"
    verdicts = Counter(verdict for _, verdict, _ in await mirror.inbox_rows())
    assert 0 < verdicts["applied"] < CUSTOMERS
    assert verdicts == Counter(quarantined=(await state(mirror))[1], applied=(await state(mirror))[0])
    assert len((await mirror.rows())["customer"]) == verdicts["applied"]
    assert await (await killed.begun(*REPLAY)).wait() == 0
    assert len((await mirror.rows())["customer"]) == CUSTOMERS
    assert await rebuilt(mirror) == []
