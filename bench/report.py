"""Figures for people."""

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version

from rich.console import Console
from rich.table import Table

from bench.rounds import Score

CONSOLE = Console(width=118, highlight=False)


def line(text: str) -> None:
    """One line."""
    CONSOLE.print(text)


def machine() -> None:
    """Where and when."""
    packages = ", ".join(
        f"{name} {version(name)}" for name in ("strawberry-graphql", "tortoise-orm", "fastapi", "uvicorn")
    )
    line(
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} CPUs, {platform.machine()}, {platform.system()}, "
        f"Python {platform.python_version()}, {packages}"
    )


def board(title: str, unit: str, scores: list[Score], plain: Score) -> None:
    """One table; ratios are to the plain way, within the same round."""
    table = Table(title=title, title_justify="left")
    table.add_column("contestant")
    for heading in (f"{unit}/s", "p50 ms", "p99 ms", "CPU ms", "times the plain way", "least - most"):
        table.add_column(heading, justify="right")
    for score in scores:
        table.add_row(score.name, *_figures(score, plain))
    CONSOLE.print(table)


def _figures(score: Score, plain: Score) -> tuple[str, ...]:
    median, least, most = score.times(plain)
    return (
        f"{score.rate:,.0f}" if score.rate > 100 else f"{score.rate:.1f}",
        f"{score.latency(0.5):.1f}",
        f"{score.latency(0.99):.1f}",
        f"{score.cpu:.2f}",
        f"{median:.1f}",
        f"{least:.1f} - {most:.1f}",
    )


def generator(rate: float, share: float) -> None:
    """What the load generator can do, so that readers know that it is not what was measured."""
    line(f"Load generator against an empty ASGI application: {rate:,.0f} requests/s with {share:.0%} of a CPU.")
