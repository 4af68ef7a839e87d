"""One event that cannot be stored is put aside alone; those beside it in its batch are applied."""

import asyncio
import random
from dataclasses import replace
from typing import Any

import pytest

from gql_app.mirror.arrival import Arrival, receive
from gql_app.mirror.facts import Put
from models import Customer, CustomerSegment, Order
from tests.ingest.mirror import Mirror, renamed

LONG = "".join(random.Random(7).choices("abcdefghijklmnopqrstuvwxyz0123456789", k=100_000))
POISON: dict[str, Put] = {
    "an integer beyond 64 bits": Put(Customer, "cust_99", {"loyalty_points": 2**70, "completeness": 2}),
    "half a pair of surrogates": Put(Customer, "cust_99", {"name": "\ud800", "completeness": 2}),
    "the wrong type": Put(Customer, "cust_99", {"name": {"a": 1}, "completeness": 2}),
    "null where there is none": Put(Order, "ord_9", {"status": None, "amount": 1}),
    "a slip of a handler": Put(CustomerSegment, "cseg_9", {"customer_id": "cust_99", "present": True}),
}
POSTGRES_ONLY = {
    "a NUL": Put(Customer, "cust_99", {"name": "a\x00b", "completeness": 2}),
    "a key too long for the index": Put(Customer, "cust_99", {"email": LONG, "completeness": 2}),
}


def poisoned(fact: Put) -> Arrival:
    """An arrival whose facts no handler would state: it gets past every check of values, and reaches SQL."""
    return replace(receive(renamed("Poison", 99, who=9), 1), facts=(fact,))


async def offer(mirror: Mirror, fact: Put) -> tuple[list[Any], Any]:
    """Ten good events and the bad one among them, in one batch; what became of each, and the reason."""
    good = [receive(renamed(f"Ann {n}", n, who=n), 1) for n in range(1, 11)]
    async with mirror.database.turn():
        offered = asyncio.gather(*map(mirror.inbox.take, [*good[:4], poisoned(fact), *good[4:]]))
        await asyncio.sleep(0)
    verdicts = [one.verdict for one in await offered]
    reasons = [reason for _, verdict, reason in await mirror.inbox_rows() if verdict == "quarantined"]
    return verdicts, reasons


@pytest.mark.parametrize("what", POISON)
async def test_what_the_database_cannot_hold_is_quarantined_alone(mirror: Mirror, what: str) -> None:
    verdicts, reasons = await offer(mirror, POISON[what])
    assert verdicts == ["applied"] * 4 + ["quarantined"] + ["applied"] * 6
    assert len(reasons) == 1
    assert len((await mirror.rows())["customer"]) == 10
    assert [one["position"] for one in await mirror.journal()] == list(range(1, 11))


@pytest.mark.parametrize("what", POSTGRES_ONLY)
async def test_what_only_postgres_cannot_hold_is_quarantined_there(mirror: Mirror, what: str) -> None:
    verdicts, _ = await offer(mirror, POSTGRES_ONLY[what])
    expected = "quarantined" if mirror.database.dialect == "postgres" else "applied"
    assert verdicts == ["applied"] * 4 + [expected] + ["applied"] * 6


async def test_what_was_quarantined_is_a_duplicate_when_it_comes_again(mirror: Mirror) -> None:
    bad = poisoned(POISON["an integer beyond 64 bits"])
    assert await mirror.take([bad]) == ["quarantined"]
    assert await mirror.take([bad]) == ["duplicate"]


async def test_the_reason_does_not_quote_the_customer(mirror: Mirror) -> None:
    _, (reason,) = await offer(mirror, Put(Customer, "cust_99", {"name": {"secret": 1}, "completeness": 2}))
    assert "secret" not in reason
