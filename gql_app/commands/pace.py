"""How fast fetching goes and how long it will take, on standard error and only where somebody looks."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from gql_app.voucherify.rest.budget import Budget


@dataclass(frozen=True, slots=True)
class Pace:
    """A bar, and what the budget allows."""

    bar: Progress
    task: TaskID
    budget: Budget

    def begin(self, received: int) -> None:
        """From here on; what came before counts as there already."""
        self.bar.update(self.task, completed=received)

    def at(self, received: int, expected: int | None) -> None:
        """So many came."""
        self.bar.update(self.task, completed=received, total=expected, calls=self._calls())

    def _calls(self) -> str:
        ours = self.budget.ours
        return f"{self.budget.calls} calls" + ("" if ours is None else f", {ours} left to us in this window")


@contextmanager
def pacing(budget: Budget, what: str = "customers") -> Iterator[Pace]:
    """For as long as the context lasts."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.speed:.0f}/s", justify="right"),
        TextColumn("{task.fields[calls]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        yield Pace(bar, bar.add_task(what, total=None, calls=""), budget)
