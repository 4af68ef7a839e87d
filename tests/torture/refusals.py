"""What a sender is told while nothing can be stored, and what there must be afterwards."""

import asyncio
from typing import Any

import httpx2

from tests.ingest.mirror import renamed
from tests.ingest.test_door import mirror_of, post
from tests.stage import Stage
from tests.torture.books import check_books

STORED = """
SELECT (SELECT count(*) FROM inbox), (SELECT count(*) FROM customer), (SELECT count(*) FROM journal),
       position, events_received FROM mirror_state
"""


async def stored(stage: Stage) -> Any:
    """Everything there is to count."""
    return await stage.parts.database.read(STORED, ())


async def refused(stage: Stage, *bodies: bytes) -> None:
    """All of them."""
    for answer in await asyncio.gather(*(post(stage, said) for said in bodies)):
        turned_away(answer)


def turned_away(answer: httpx2.Response) -> None:
    """With a time to come back and no word about our insides."""
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "SQL" not in answer.text
    assert "secret" not in answer.text


async def taken(stage: Stage) -> None:
    """The next event is applied, and the books are right."""
    assert (await post(stage, renamed("Eve", 7, 7))).json()["status"] == "stored"
    assert (await mirror_of(stage).row(id="cust_7"))["name"] == "Eve"
    keys = [row[0] for row in await stage.parts.database.read("SELECT key FROM inbox", ())]
    await check_books(mirror_of(stage), keys)
