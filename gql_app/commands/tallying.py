"""What became of a file's rows: counted, shown while it goes on, and kept row by row where somebody asks."""

import csv
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from gql_app.commands.ledger import counted, say_json
from gql_app.errors import BadArgument, MirrorError
from gql_app.files.importing import Outcome

WORDS = {
    "applied": "told",
    "stale": "older than what is known",
    "duplicate": "told before",
    "unmapped": "not understood",
}
REASONS = 50
"""Different reasons that are told apart."""

ROWS = 5
"""Rows that are named with each reason."""


class RowsUnusable(MirrorError):
    """Some rows could not be used."""


@dataclass(slots=True)
class Reason:
    """Why rows could not be used, and which were the first."""

    rows: list[int] = field(default_factory=list)
    count: int = 0


@dataclass(slots=True)
class Tally:
    """A file and what became of its rows."""

    file: str
    left_out: list[str] = field(default_factory=list)
    became: Counter[str] = field(default_factory=Counter)
    reasons: dict[str, Reason] = field(default_factory=dict)

    @property
    def unusable(self) -> int:
        """Rows that could not be used."""
        return sum(reason.count for reason in self.reasons.values())

    @property
    def rows(self) -> int:
        """All rows."""
        return self.became.total() + self.unusable

    def count(self, outcome: Outcome) -> None:
        """Takes in one row."""
        if is_used(outcome):
            self.became[str(outcome.verdict)] += 1
            return
        said = outcome.reason or "it could not be stored"
        name = said if said in self.reasons or len(self.reasons) < REASONS else "other reasons"
        reason = self.reasons.setdefault(name, Reason())
        reason.count += 1
        if len(reason.rows) < ROWS:
            reason.rows.append(outcome.number)

    @contextmanager
    def progress(self, size: int) -> Iterator[Callable[[int], None]]:
        """A bar on standard error, and only where somebody looks."""
        console = Console(stderr=True)
        shown = TextColumn("{task.fields[rows]} rows")
        bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            shown,
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
            transient=True,
        )
        with bar:
            task = bar.add_task(escape(Path(self.file).name), total=size, rows=0)
            yield lambda done: bar.update(task, completed=done, rows=self.rows)

    def say(self, as_json: bool, is_dry_run: bool) -> None:
        """For a program, or for a person."""
        if as_json:
            say_json(self._said() | {"dryRun": is_dry_run})
            return
        counts = [f"{count} {WORDS.get(verdict, verdict)}" for verdict, count in self.became.most_common()]
        would = "would be: " if is_dry_run else ""
        print(f"{self.file}: {counted(self.rows, 'row')}: {would}{', '.join([*counts, f'{self.unusable} unusable'])}")
        if self.left_out:
            print(f"  columns not taken over: {', '.join(map(ascii, self.left_out))}")
        for name, reason in self.reasons.items():
            more = ", ..." if reason.count > len(reason.rows) else ""
            print(f"  {counted(reason.count, 'row')}: {name} (row {', '.join(map(str, reason.rows))}{more})")

    def _said(self) -> dict[str, Any]:
        reasons = [
            {"reason": name, "count": reason.count, "firstRows": reason.rows} for name, reason in self.reasons.items()
        ]
        became = {verdict: self.became[verdict] for verdict in WORDS}
        return {
            "file": self.file,
            "rows": self.rows,
            **became,
            "unusable": self.unusable,
            "reasons": reasons,
            "columnsLeftOut": self.left_out,
        }


class Report:
    """A table of the rows that could not be used, of any length; ids are named, values never."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._open = ExitStack()
        self._table: Any = None

    def __enter__(self) -> Self:
        if self._path is not None:
            try:
                file = self._open.enter_context(self._path.open("w", newline="", encoding="utf-8"))
            except OSError as error:
                raise BadArgument(f"--report {self._path} cannot be written: {error.strerror}.") from None
            self._table = csv.writer(file)
            self._table.writerow(("file", "row", "id", "reason"))
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def take_down(self, file: str, outcome: Outcome) -> None:
        """Keeps a row that could not be used."""
        if self._table is not None and not is_used(outcome):
            self._table.writerow((file, outcome.number, outcome.id or "", outcome.reason or ""))


def is_used(outcome: Outcome) -> bool:
    """Whether what the row says is in the mirror, or known already."""
    return outcome.verdict not in (None, "quarantined")


def conclude(tallies: list[Tally]) -> None:
    """Raises RowsUnusable where a row could not be used."""
    unusable = sum(tally.unusable for tally in tallies)
    if unusable:
        sys.stdout.flush()
        raise RowsUnusable(f"{counted(unusable, 'row')} could not be used; --report FILE names each.")
