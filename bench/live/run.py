"""`python -m bench live`."""

import resource
from enum import StrEnum

from bench import report
from bench.live.fanout import compare_fanout
from bench.live.latency import measure_latency
from bench.live.own import compare_sizes
from bench.live.resuming import measure_memory, measure_resuming
from bench.live.workers import compare_workers

FILES_BESIDE = 1_000
"""Open files of the client that are no subscribers."""


class Part(StrEnum):
    """What can be measured by itself."""

    FANOUT = "fanout"
    OWN = "own"
    LATENCY = "latency"
    RESUME = "resume"
    MEMORY = "memory"
    WORKERS = "workers"


def compare_live(server: str, parts: list[Part], subscribers: int, changes: int) -> None:
    """Part by part; each has its own servers and databases."""
    subscribers = _connectable(subscribers)
    measured = {
        Part.FANOUT: lambda: compare_fanout(server, subscribers, changes),
        Part.OWN: lambda: compare_sizes(server, subscribers),
        Part.LATENCY: lambda: measure_latency(server),
        Part.RESUME: lambda: measure_resuming(server),
        Part.MEMORY: lambda: measure_memory(server, subscribers),
        Part.WORKERS: lambda: compare_workers(server),
    }
    report.machine()
    for part in parts:
        report.line(f"\n[bold]{part}[/bold]")
        report.load_average()
        measured[part]()
    report.load_average()


def _connectable(subscribers: int) -> int:
    """As many as the system lets this process connect three crowds of, and a fifth of one."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    most = int((hard - FILES_BESIDE) / 3.2) if hard != resource.RLIM_INFINITY else subscribers
    if most < subscribers:
        report.line(f"Only {most:,} subscribers: no more than {hard:,} files may be open (ulimit -Hn).")
    return min(subscribers, most)
