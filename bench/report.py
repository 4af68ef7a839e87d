"""Figures for people."""

import os
import platform
import statistics
from datetime import UTC, datetime
from importlib.metadata import version

from rich.console import Console
from rich.table import Table

from bench.child import Contestant
from bench.questions import Question
from bench.rounds import Score
from bench.targets import FLAT, FLOOR_CPU, OF_THE_LIMIT, TIMES

CONSOLE = Console(width=132, highlight=False)


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


def against(question: Question, scores: list[Score], graph: Score, floor: Score) -> None:
    """One table; how many times as fast Customer Graph is as each of the others, within the same round."""
    table = Table(title=question.name, title_justify="left")
    table.add_column("contestant")
    for heading in (
        "requests/s",
        "p50 ms",
        "p99 ms",
        "CPU ms",
        "PostgreSQL's",
        "Customer Graph is ... times as fast",
        "target",
    ):
        table.add_column(heading, justify="right")
    for score in scores:
        median, least, most = graph.times(score)
        ratio = "" if score is graph else f"{median:.2f} ({least:.2f} - {most:.2f})"
        database = "" if score.database_cpu is None else f"{score.database_cpu:.2f}"
        table.add_row(score.name, *_speed(score), database, ratio, _target(question.letter, score, median))
    CONSOLE.print(table)
    share = graph.cpu / floor.cpu
    most_allowed = FLOOR_CPU.get(question.letter)
    line(f"CPU for a request: {share:.2f} times that of the floor{_met(most_allowed, share, at_least=False)}")


def _target(letter: str, score: Score, times: float) -> str:
    return _met(TIMES.get(score.name, {}).get(letter), times).removeprefix(", ")


def _met(target: float | None, value: float, at_least: bool = True) -> str:
    if target is None:
        return ""
    is_met = value >= target if at_least else value <= target
    return f", {'at least' if at_least else 'at most'} {target:g}: {'met' if is_met else 'MISSED'}"


def _figures(score: Score, plain: Score) -> tuple[str, ...]:
    median, least, most = score.times(plain)
    return (*_speed(score), f"{median:.1f}", f"{least:.1f} - {most:.1f}")


def _speed(score: Score) -> tuple[str, ...]:
    return (
        f"{score.rate:,.0f}" if score.rate > 100 else f"{score.rate:.1f}",
        f"{score.latency(0.5):.1f}",
        f"{score.latency(0.99):.1f}",
        f"{score.cpu:.2f}",
    )


def limit(question: Question, rate: float, most: float, shares: list[float]) -> None:
    """What Customer Graph gets of what pgbench gets."""
    share = statistics.median(shares)
    line(
        f"\n{question.name}: {rate:,.0f} requests/s; pgbench sends the same statement {most:,.0f} times a second: "
        f"{share:.0%} ({min(shares):.0%} - {max(shares):.0%}){_met(OF_THE_LIMIT[question.letter], share)}"
    )


def growth(question: Question, small: Score, large: Score) -> None:
    """What a request costs in the larger mirror."""
    median, least, most = small.times(large)
    line(
        f"{question.name}: {small.rate:,.0f} requests/s in the small one, {large.rate:,.0f} in the large one: "
        f"{median:.2f} times the cost ({least:.2f} - {most:.2f}){_met(FLAT, median, at_least=False)}"
    )


def memories(contestants: list[Contestant]) -> None:
    """What each process held at most."""
    held = ((one.name, one.memory()) for one in contestants)
    line("\nMemory at most, MB: " + ", ".join(f"{name} {size:,.0f}" for name, size in held if size is not None))


def load_average() -> None:
    """How busy the machine is besides."""
    line(f"Load average: {' '.join(f'{one:.1f}' for one in os.getloadavg())}")


def generator(rate: float, share: float) -> None:
    """What the load generator can do, so that readers know that it is not what was measured."""
    line(f"Load generator against an empty ASGI application: {rate:,.0f} requests/s with {share:.0%} of a CPU.")
