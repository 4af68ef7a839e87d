"""`python -m bench memory`."""

import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import report
from bench.child import Contestant, contestant
from bench.events import deliveries
from bench.load import fire
from bench.scratch import postgres_database, sqlite_database

SLICES = 20
PAGE = 4096
FOREVER = 3600.0


def compare_memory(server: str, folder: Path | None, events: int, senders: int) -> None:
    """Resident memory of the server process, looked at twenty times while it takes these events."""
    report.machine()
    for database in ("SQLite", "PostgreSQL"):
        with _served(database, server, folder) as one:
            sizes = [resident(one), *_sizes(one, events, senders)]
        _report(database, sizes, events)


@contextmanager
def _served(database: str, server: str, folder: Path | None) -> Iterator[Contestant]:
    made = sqlite_database(folder) if database == "SQLite" else postgres_database(server)
    with made as url, contestant(database, "customer_graph:product", url, 5) as one:
        yield one


def _sizes(one: Contestant, events: int, senders: int) -> Iterator[int]:
    size = events // SLICES
    for begin in range(0, size * SLICES, size):
        fire(one.port, min(senders, size), deliveries(begin, size), FOREVER)
        yield resident(one)


def resident(one: Contestant) -> int:
    """Bytes of the process that are in memory now; Linux tells."""
    return int(Path(f"/proc/{one.process.pid}/statm").read_text().split()[1]) * PAGE


def _report(database: str, sizes: list[int], events: int) -> None:
    """The slope is that of the second half, by least squares: what it kept of each further event."""
    start, middle, end = (size / 2**20 for size in (sizes[0], sizes[SLICES // 2], sizes[-1]))
    later = sizes[SLICES // 2 :]
    places = [number * events / SLICES for number in range(len(later))]
    slope = statistics.linear_regression(places, later).slope
    report.line(
        f"{database}: {start:.0f} MB idle, {middle:.0f} MB after {events // 2:,} events, {end:.0f} MB after {events:,};"
        f" {slope:+.0f} bytes an event over the second half."
    )
