"""What became of a file's rows: counted, and shown while it goes on."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from gql_app.commands.ledger import counted, say_json
from gql_app.errors import MirrorError
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
        if outcome.is_used:
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


def conclude(tallies: list[Tally]) -> None:
    """Raises RowsUnusable where a row could not be used."""
    unusable = sum(tally.unusable for tally in tallies)
    if unusable:
        sys.stdout.flush()
        raise RowsUnusable(f"{counted(unusable, 'row')} could not be used; --report FILE names each.")
