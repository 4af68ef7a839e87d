"""The process that loads: `gql-app sync`, and what it took."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")
TICK = os.sysconf("SC_CLK_TCK")
EVERY = 0.25
"""Seconds between two looks."""


@dataclass
class Loading:
    """A loader at work; `sizes` are the bytes it held at each look, `cpu` the seconds it has used."""

    process: "subprocess.Popen[str]"
    sizes: list[int] = field(default_factory=list)
    cpu: float = 0.0

    def to_the_end(self) -> None:
        """Looks until it has ended; ends the program where that is not well."""
        while self.process.poll() is None:
            self._look()
            time.sleep(EVERY)
        if self.process.returncode:
            raise SystemExit("bench: the loader ended with an error")

    def _look(self) -> None:
        about = Path(f"/proc/{self.process.pid}")
        try:
            held, used = (
                (about / "statm").read_text().split()[1],
                (about / "stat").read_text().rsplit(")", 1)[1].split(),
            )
        except (OSError, IndexError):
            return
        if int(held):
            self.sizes.append(int(held) * PAGE)
        self.cpu = max(self.cpu, (int(used[11]) + int(used[12])) / TICK)


@contextmanager
def loading(voucherify: str, database: str) -> Iterator[Loading]:
    """From everything that this Voucherify has into this database; what is not done at the end is left."""
    environment = os.environ | {
        "GQL_APP_VOUCHERIFY_URL": voucherify,
        "GQL_APP_VOUCHERIFY_APP_ID": "app-id",
        "GQL_APP_VOUCHERIFY_APP_TOKEN": "app-token",
        "DATABASE_URL": database,
    }
    command = [sys.executable, "-m", "gql_app", "sync", "--json"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, text=True)
    try:
        yield Loading(process)
    finally:
        process.kill()
        process.wait()
