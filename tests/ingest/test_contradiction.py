"""A send-out that comes again is a repeat as long as it says the same; where it does not, both are kept."""

import json
from typing import Any

import pytest

from gql_app.mirror.arrival import receive
from gql_app.mirror.ledger import Choice
from gql_app.mirror.repeats import CONTRADICTS, UNCLEAR
from gql_app.mirror.retention import DAY, prune
from tests.ingest.mirror import Mirror, body, customer, renamed
from tests.keeper.desk import rebuilt, replayed, state

LATER = "2026-03-04T10:00:00.000Z"
SAID = json.loads(renamed("Ann"))
RETRIES: dict[str, Any] = {
    "dated anew": SAID | {"created_at": LATER},
    "with the number of the attempt": SAID | {"attempt": 2, "retried_at": LATER},
    "from a webhook that was renamed": SAID
    | {"source": {"id": "wh_9", "target_url": "https://elsewhere.example.test"}},
    "with its keys in another order": dict(reversed(SAID.items())),
}
OTHERS: dict[str, bytes] = {
    "other data": renamed("Eve"),
    "another type": body("customer.created", customer(name="Ann")),
    "another time": renamed("Ann", at=LATER),
    "another event": json.dumps(SAID | {"event": SAID["event"] | {"id": "ev_9"}}).encode(),
}


@pytest.mark.parametrize("how", RETRIES)
@pytest.mark.parametrize("together", [True, False], ids=["in one batch", "later"])
async def test_a_retry_may_be_sent_otherwise(mirror: Mirror, how: str, together: bool) -> None:
    said = [renamed("Ann"), json.dumps(RETRIES[how], indent=2).encode()]
    assert await told(mirror, said, together) == ["applied", "duplicate"]
    assert (await state(mirror))[1] == 0


@pytest.mark.parametrize("what", OTHERS)
@pytest.mark.parametrize("together", [True, False], ids=["in one batch", "later"])
async def test_what_says_something_else_is_kept_once_with_the_reason(mirror: Mirror, what: str, together: bool) -> None:
    spaced = json.dumps(json.loads(OTHERS[what]), indent=1).encode()
    said = [renamed("Ann"), OTHERS[what], OTHERS[what], spaced, renamed("Ann"), renamed("Zoe")]
    expected = ["applied", "quarantined", "duplicate", "duplicate", "duplicate", "quarantined"]
    assert await told(mirror, said, together) == expected
    assert [(verdict, reason) for _, verdict, reason in await mirror.inbox_rows()] == [
        ("applied", None),
        ("quarantined", CONTRADICTS),
        ("quarantined", CONTRADICTS),
    ]
    assert (await mirror.row())["name"] == "Ann"
    assert await rebuilt(mirror) == []


async def told(mirror: Mirror, said: list[bytes], together: bool) -> list[str]:
    """The verdicts, in one batch or in as many as there are bodies."""
    arrivals = [receive(one, 1_772_600_000_000_000) for one in said]
    batches = [arrivals] if together else [[one] for one in arrivals]
    return [verdict for batch in batches for verdict in await mirror.write(batch)]


async def test_a_keeper_may_tell_it_after_all(mirror: Mirror) -> None:
    await mirror.hear(renamed("Ann"))
    await mirror.hear(renamed("Eve", at=LATER))
    (retold,) = await replayed(mirror, Choice(verdict="quarantined"))
    assert (retold.after, (await mirror.row())["name"]) == ("applied", "Eve")
    assert await mirror.hear(renamed("Eve", at=LATER)) == ["duplicate"]
    assert (await state(mirror))[1] == 0
    assert await rebuilt(mirror) == []


async def test_where_the_first_was_pruned_only_the_same_bytes_are_a_repeat(mirror: Mirror) -> None:
    await mirror.hear(renamed("Ann"))
    await prune(mirror.database, 1_770_000_000_000_000 + DAY)
    spaced = json.dumps(SAID, indent=1).encode()
    assert await mirror.hear(renamed("Ann"), spaced, spaced) == ["duplicate", "quarantined", "duplicate"]
    assert (await mirror.inbox_rows())[1][2] == UNCLEAR
