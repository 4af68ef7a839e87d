"""Figures of the live run for people."""

from collections.abc import Iterable, Sequence

from rich.table import Table

from bench.report import CONSOLE, line

__all__ = ["line", "table", "target"]


def table(title: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """One table; the first column is text."""
    made = Table(title=title, title_justify="left")
    for place, heading in enumerate(headings):
        made.add_column(heading, justify="right" if place else "left")
    for row in rows:
        made.add_row(*row)
    CONSOLE.print(made)


def target(what: str, value: float, wanted: float, at_least: bool = True) -> None:
    """Whether a figure is what we mean it to be."""
    is_met = value >= wanted if at_least else value <= wanted
    line(f"{what}: {value:.3g}, {'at least' if at_least else 'at most'} {wanted:g}: {'met' if is_met else 'MISSED'}")
