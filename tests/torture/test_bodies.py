"""No body, however mangled, costs more than itself: no 5xx, no hang, and both databases agree.

A normal run tells 1,500 bodies to each database; GQL_APP_TEST_BODIES=100000 asks for as many. In a run of
20,000 or more the memory of the process must stay flat; it is reported in any (`pytest -s`).
"""

import asyncio
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gql_app.voucherify.signature import sign
from tests.ingest.mirror import Mirror, Rows, renamed
from tests.ingest.test_door import mirror_of
from tests.stage import Stage, on_stage
from tests.torture.books import check_journal
from tests.torture.mutants import DOOR, SECRET, SENDERS, Mutant, mutant
from tests.torture.pipeline import Answer, Pipeline, Verdict, pipeline
from tests.torture.reading import read_everything

BODIES = int(os.environ.get("GQL_APP_TEST_BODIES", "1500"))
WINDOW = 16
LONG_RUN = 20_000
FLAT = 1.6
"""By how much memory may have grown since a fifth of a long run was done."""

LARGEST = 1024 * 1024
"""Bytes; the door's own limit unless its keeper sets another."""

RECEIVED = "SELECT events_received FROM mirror_state"
KEPT = "SELECT count(*) FROM inbox"


@dataclass
class Told:
    """What came of one run on one database."""

    verdicts: dict[int, Verdict] = field(default_factory=dict)
    rows: Rows = field(default_factory=dict)
    changes: dict[str, list[Any]] = field(default_factory=dict)
    memory: list[int] = field(default_factory=list)


async def send(stage: Stage, sender: int, told: Told) -> int:
    """All bodies of one sender in order, and a good event after each window; returns how many were good."""
    numbers = range(sender, BODIES, SENDERS)
    async with pipeline(stage.url) as line:
        for good, start in enumerate(range(0, len(numbers), WINDOW), 1):
            mutants = [mutant(number) for number in numbers[start : start + WINDOW]]
            answers = await _window(line, mutants, _good(sender, good))
            told.verdicts.update({one.number: answer.verdict for one, answer in zip(mutants, answers, strict=True)})
            told.memory += [_memory()] if sender == 0 else []
    return good


async def _window(line: Pipeline, mutants: list[Mutant], good: Mutant) -> list[Answer]:
    *answers, last = await line.send([*mutants, good])
    assert last.verdict == (202, "stored", "", False), [one.number for one in mutants]
    for one, answer in zip(mutants, answers, strict=True):
        assert answer.status == _expected(one), (one.number, answer)
        assert _is_explained(answer), (one.number, answer)
    return answers


def _is_explained(answer: Answer) -> bool:
    """What is put aside is not understood; nothing that is understood stumbles on its way into the database."""
    reason = str(answer.said.get("reason", ""))
    return answer.said.get("status") != "quarantined" or (bool(reason) and "failed" not in reason)


def _expected(one: Mutant) -> int:
    return 413 if len(one.body) > LARGEST else 202 if one.is_signed else 401


def _good(sender: int, number: int) -> Mutant:
    at = f"2026-03-03T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}Z"
    body = renamed(f"Good {number}", 10**6 * (sender + 1) + number, 900 + sender, at)
    return Mutant(-1, DOOR, body, sign(body, SECRET))


async def tell_all(stage: Stage) -> Told:
    """Everything, by several senders at once; what was not signed must have left no trace."""
    told, mirror = Told(), mirror_of(stage)
    good = sum(await asyncio.gather(*(send(stage, sender, told) for sender in range(SENDERS))))
    let_in = [status for code, status, _, _ in told.verdicts.values() if code == 202]
    assert await mirror.database.read(RECEIVED, ()) == [(len(let_in) + good,)]
    assert await mirror.database.read(KEPT, ()) == [(len(let_in) - let_in.count("duplicate") + good,)]
    return told


async def read_back(stage: Stage, told: Told) -> None:
    """Takes down what is stored, and reads all of it as a client would."""
    mirror = mirror_of(stage)
    told.rows = await _told_rows(mirror)
    for entry in await mirror.journal():
        said = entry["kind"], entry["version"], entry["event_type"], entry["changes"]
        told.changes.setdefault(entry["customer_id"], []).append(said)
    await check_journal(mirror)
    assert await read_everything(stage, mirror) > BODIES // 3


async def _told_rows(mirror: Mirror) -> Rows:
    """Rows without their stamps, which hold the time of arrival where nothing else says when."""
    rows = await mirror.rows()
    return {name: [{**row, "stamps": None} for row in table] for name, table in rows.items()}


async def test_mangled_bodies_cost_nothing_but_themselves(sqlite_url: str, postgres_url: str) -> None:
    runs = []
    for url in (sqlite_url, postgres_url):
        async with on_stage(url, webhook_secrets=(SECRET,), statement_timeout_seconds=60, max_cost=10**9) as stage:
            runs.append(told := await tell_all(stage))
            await read_back(stage, told)
            check_memory(told.memory)
    sqlite, postgres = runs
    for number, verdict in sqlite.verdicts.items():
        assert verdict == postgres.verdicts[number], number
    assert sqlite.rows == postgres.rows
    assert sqlite.changes == postgres.changes


def check_memory(seen: list[int]) -> None:
    """Reports it, and in a long run refuses growth."""
    warm, last = seen[len(seen) // 5], seen[-1]
    print(f"{BODIES} bodies: {warm // 1024} MB after a fifth, {last // 1024} MB at the end")
    assert BODIES < LONG_RUN or last < FLAT * warm


def _memory() -> int:
    """Kilobytes of our own, without what is mapped from files; 0 where the system does not say."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) for line in lines if line.startswith("RssAnon")), 0)
