"""A table of the rows that could not be used, for whoever mends the file."""

import csv
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

from gql_app.errors import BadArgument
from gql_app.files.importing import Outcome


class Report:
    """Of any length, written as it goes on; ids are named, values never."""

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
        if self._table is not None and not outcome.is_used:
            self._table.writerow((file, outcome.number, outcome.id or "", outcome.reason or ""))
