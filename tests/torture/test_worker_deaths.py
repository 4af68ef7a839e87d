"""A worker is killed every second: whoever delivers is answered by the other, and nothing is lost or told twice.

GQL_APP_TEST_WORKER_KILLS=60 kills as many.
"""

import asyncio
import os
import signal
from collections import Counter

from tests.ingest.mirror import mirroring
from tests.live.served import Served, served
from tests.live.test_workers import lives

KILLS = int(os.environ.get("GQL_APP_TEST_WORKER_KILLS", "2"))
SENDERS = 4


async def test_a_worker_dies_every_second(postgres_url: str) -> None:
    async with served("--workers", "2", "--database-url", postgres_url) as server:
        await server.begun(2)
        over = asyncio.Event()
        sending = [asyncio.create_task(_tell(server, first, over)) for first in range(SENDERS)]
        for turn in range(KILLS):
            _kill(server, turn)
            await asyncio.sleep(1)
        over.set()
        told = sorted(number for numbers in await asyncio.gather(*sending) for number in numbers)
        assert _living(server), "the dead are replaced"
    async with mirroring(postgres_url) as mirror:
        kept = Counter(verdict for _, verdict, _ in await mirror.inbox_rows())
        assert kept == {"applied": len(told)}
        assert len((await mirror.rows())["customer"]) == len(told)
        positions = [one["position"] for one in await mirror.journal()]
    assert positions == list(range(1, len(told) + 1))
    assert told


def _kill(server: Served, turn: int) -> None:
    """One that lives, in turns."""
    if living := _living(server):
        os.kill(living[turn % len(living)], signal.SIGKILL)


def _living(server: Served) -> list[int]:
    return [worker for worker in server.workers if lives(worker)]


async def _tell(server: Served, first: int, over: asyncio.Event) -> list[int]:
    """Each tells of its own customers, until it is answered."""
    told: list[int] = []
    while not over.is_set():
        number = first + SENDERS * len(told)
        await server.tell(number)
        told.append(number)
    return told
