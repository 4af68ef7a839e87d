"""`python -m bench ingest`."""

import asyncio
import itertools
import os
import sqlite3
import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

import asyncpg

from bench import report
from bench.child import Contestant, contestant
from bench.events import deliveries
from bench.pace import paced
from bench.rounds import Course, Score, Turn, capacity, compete
from bench.scratch import postgres_database, sqlite_database
from gql_app.database.address import SqliteAddress, read_address

FASTEST = 6_000
"""More events a second than anybody takes: so many are made for each second of a burst."""

GRAPH = "Customer Graph"
PLAIN = "FastAPI and Tortoise"
LESS = "without signature and journal"
FLOOR = "floor: HTTP alone"
DRY = "Customer Graph without a database"
KINDS = {
    GRAPH: ("customer_graph:product", "inbox"),
    PLAIN: ("orm_journal:transaction_each", "raw_event"),
    LESS: ("orm_ingest:transaction_each", "raw_event"),
}
SYNCED = 100
HALF_LOAD_SECONDS = 5.0


@dataclass(slots=True)
class Entrant:
    """A contestant with a database of its own, and how many events it has been told."""

    contestant: Contestant
    url: str
    table: str
    told: int = 0

    def requests(self, seconds: float) -> Iterator[bytes]:
        """The next events, made before the clock runs."""
        return self._counted(deliveries(self.told, int(FASTEST * seconds)))

    def _counted(self, made: Iterator[bytes]) -> Iterator[bytes]:
        for request in made:
            self.told += 1
            yield request


def compare_ingest(server: str, folder: Path | None, course: Course) -> None:
    """Both ways on both databases, and the HTTP floor, in turns."""
    with ExitStack() as stack:
        report.machine()
        report.line(f"{course}; fsync of 4 kB takes {fsync(folder):.2f} ms")
        entrants = list(_entrants(stack, server, folder, course.connections))
        floor = stack.enter_context(contestant(FLOOR, "floor:http_only", "", course.connections))
        report.generator(*capacity(floor, next(deliveries(0, 1)), course.senders))
        turns = [Turn(entrant.contestant, entrant.requests) for entrant in entrants]
        dry = stack.enter_context(contestant(DRY, "customer_graph:without_database", "", course.connections))
        turns += [Turn(one, lambda _: itertools.cycle(deliveries(1, 1_000))) for one in (dry, floor)]
        scores = {score.name: score for score in compete(turns, course)}
        _report(scores)
        for entrant in entrants:
            if entrant.contestant.name.startswith(GRAPH):
                _at_half_load(entrant, scores[entrant.contestant.name].rate / 2, course.senders)
            _check(entrant)


def _entrants(stack: ExitStack, server: str, folder: Path | None, connections: int) -> Iterator[Entrant]:
    for name, (kind, table) in KINDS.items():
        for database in ("SQLite", "PostgreSQL"):
            made = sqlite_database(folder) if database == "SQLite" else postgres_database(server)
            url = stack.enter_context(made)
            one = stack.enter_context(contestant(f"{name}, {database}", kind, url, connections))
            yield Entrant(one, url, table)


def _report(scores: dict[str, Score]) -> None:
    for database in ("SQLite, synchronous=FULL", "PostgreSQL, synchronous_commit=on"):
        plain = scores[f"{PLAIN}, {database.partition(',')[0]}"]
        graph = scores[f"{GRAPH}, {database.partition(',')[0]}"]
        less = scores[f"{LESS}, {database.partition(',')[0]}"]
        report.board(f"Durable events on {database}", "events", [graph, plain, less, scores[DRY], scores[FLOOR]], plain)
        dry, least, most = graph.times(scores[DRY])
        report.line(f"{dry:.0%} ({least:.0%} - {most:.0%}) of what the same server takes without a database.")


def _at_half_load(entrant: Entrant, rate: float, senders: int) -> None:
    """How long an event takes where the server is not the limit."""
    requests = entrant.requests(HALF_LOAD_SECONDS)
    took = Score(entrant.contestant.name)
    took.latencies += paced(entrant.contestant.port, senders, requests, rate, HALF_LOAD_SECONDS)
    report.line(
        f"{took.name} at half of that, {rate:,.0f} events/s due at a fixed rate: "
        f"p50 {took.latency(0.5):.1f} ms, p99 {took.latency(0.99):.1f} ms."
    )


def _check(entrant: Entrant) -> None:
    """Ends the run where an event that was answered is not in the database."""
    kept = stored(entrant.url, entrant.table)
    if kept != entrant.told:
        raise SystemExit(f"bench: {entrant.contestant.name} kept {kept} of {entrant.told} events")


def stored(url: str, table: str) -> int:
    """How many rows there are, seen from outside."""
    address, count = read_address(url), f"SELECT count(*) FROM {table}"
    if isinstance(address, SqliteAddress):
        with closing(sqlite3.connect(address.path)) as file:
            return int(file.execute(count).fetchone()[0])

    async def counted() -> int:
        connection = await asyncpg.connect(**address.options())
        try:
            return int(await connection.fetchval(count))
        finally:
            await connection.close()

    return asyncio.run(counted())


def fsync(folder: Path | None) -> float:
    """Milliseconds, the median of a hundred: near nothing where the folder is not on a disk."""
    took = []
    with TemporaryFile(dir=folder) as file:
        for _ in range(SYNCED):
            file.write(bytes(4096))
            file.flush()
            begun = time.perf_counter()
            os.fsync(file.fileno())
            took.append(time.perf_counter() - begun)
    return statistics.median(took) * 1000
