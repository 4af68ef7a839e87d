"""`python -m bench soak`."""

import asyncio
import json
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench import report
from bench.scratch import postgres_database, sqlite_database
from bench.soak.load import Load, Pace

WARM_UP, WARM_UP_SECONDS = 0.3, 60.0
"""Of the time, but so many seconds where that is less than half of it: caches fill, and subscribers come. What is held
in that time is not judged.
"""

EVERY = 2.0
"""Seconds between looks."""

MEMORY_SHARE, MEMORY_LEAST = 0.05, 8 * 2**20
"""Memory is flat where it grows, from the warm-up to the end, by less than this share or so many bytes."""

FEW = 12
"""Files and tasks that more or fewer may be held, whoever is just coming or going."""

Held = dict[str, int]


@dataclass
class Soak:
    """What the server held, look by look."""

    minutes: float
    looks: list[Held] = field(default_factory=list)

    def verdicts(self) -> Iterator[tuple[str, bool]]:
        """A sentence about each, and whether it is flat."""
        many = len(self.looks)
        later = self.looks[int(max(many * WARM_UP, min(WARM_UP_SECONDS / EVERY, many / 2))) :]
        memory = [look["memory"] for look in later]
        slope = _slope(memory)
        grown = slope * len(memory)
        allowed = max(MEMORY_LEAST, statistics.median(memory) * MEMORY_SHARE)
        per_minute = slope * 60 / EVERY / 2**20
        said = f"memory {memory[0] / 2**20:.0f} MB to {memory[-1] / 2**20:.0f} MB, {per_minute:+.2f} MB a minute"
        yield said, grown < allowed
        for what in ("files", "tasks"):
            counts = [look[what] for look in later]
            grown = _slope(counts) * len(counts)
            yield f"{what} {counts[0]} to {counts[-1]}, {grown:+.1f} all in all", grown < FEW


def _slope(values: list[int]) -> float:
    """Of each look, by least squares."""
    return statistics.linear_regression(range(len(values)), values).slope


def soak(server: str | None, folder: Path | None, minutes: float, pace: Pace) -> None:
    """Prints what was held over the time; ends the program with 1 where it is not flat."""
    report.machine()
    with sqlite_database(folder) if server is None else postgres_database(server) as url, serving(url) as (child, port):
        found = Soak(minutes)
        counted = asyncio.run(_worked(child, port, pace, found))
    _report("SQLite" if server is None else "PostgreSQL", found, counted, pace)


async def _worked(child: "subprocess.Popen[str]", port: int, pace: Pace, found: Soak) -> Any:
    load = Load(port, pace)
    async with asyncio.TaskGroup() as group:
        tasks = load.begin(group)
        for _ in range(int(found.minutes * 60 / EVERY)):
            await asyncio.sleep(EVERY)
            found.looks.append(await asyncio.to_thread(_held, child))
        for task in tasks:
            task.cancel()
    return load.counted


def _report(database: str, found: Soak, counted: Any, pace: Pace) -> None:
    seconds = found.minutes * 60
    told, asked = counted["event 202"], counted["query 200"]
    wrong = {what: many for what, many in counted.items() if what not in ("event 202", "query 200", "heard")}
    report.line(
        f"{database}, {found.minutes:g} minutes: {told:,} events ({told / seconds:.0f}/s), {asked:,} queries"
        f" ({asked / seconds:.0f}/s), {pace.subscribers} subscribers heard {counted['heard']:,} changes;"
        f" else: {wrong or 'nothing'}"
    )
    verdicts = list(found.verdicts())
    for said, is_flat in verdicts:
        report.line(f"  {'flat    ' if is_flat else 'NOT FLAT'}  {said}")
    if wrong or not all(is_flat for _, is_flat in verdicts):
        raise SystemExit(1)


@contextmanager
def serving(url: str) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """A server in a process of its own, and its port."""
    pipe = subprocess.PIPE
    child = subprocess.Popen([sys.executable, "-m", "bench.soak.serving"], stdin=pipe, stdout=pipe, text=True)
    try:
        assert child.stdin is not None
        print(json.dumps(url), file=child.stdin, flush=True)
        yield child, int(_line(child))
    finally:
        assert child.stdin is not None
        child.stdin.close()
        try:
            child.wait(20)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _held(child: "subprocess.Popen[str]") -> Held:
    print(file=child.stdin, flush=True)
    found: Held = json.loads(_line(child))
    return found


def _line(child: "subprocess.Popen[str]") -> str:
    assert child.stdout is not None
    line = child.stdout.readline()
    if not line:
        raise SystemExit("bench: the server ended")
    return line
