"""How fast fetching goes and how long it will take, on standard error and only where somebody looks."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from gql_app.voucherify.rest.budget import Budget

LONG = 10.0
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Pace:
    """A bar, and what the budget allows."""

    bar: Progress
    task: TaskID
    budget: Budget

    def more(self, count: int) -> int:
        """So many more came."""
        self.bar.update(self.task, advance=count, calls=self._calls())
        return count

    def at(self, received: int, expected: int | None) -> None:
        """So many came."""
        self.bar.update(self.task, completed=received, total=expected, calls=self._calls())

    def _calls(self) -> str:
        ours = self.budget.ours
        return f"{self.budget.calls} calls" + ("" if ours is None else f", {ours} left to us in this window")


async def wait_aloud(seconds: float) -> None:
    """Whoever sees nothing happen for long wants to know why."""
    if seconds >= LONG:
        print(f"our share of the calls is used up: waiting {seconds:.0f} s for the next window", file=sys.stderr)
    await asyncio.sleep(seconds)


class Rate(ProgressColumn):
    """How many a second, once that can be said."""

    def render(self, task: Task) -> Text:
        """As text."""
        return Text("" if task.speed is None else f"{task.speed:,.0f}/s")


@contextmanager
def pacing(budget: Budget, what: str = "customers") -> Iterator[Pace]:
    """For as long as the context lasts."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TextColumn("{task.fields[calls]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        yield Pace(bar, bar.add_task(what, total=None, calls=""), budget)
