"""A contestant: one server in a process of its own, which ends when whoever started it does."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bench.packages import FOLDER, node

STOPPING = 10.0
"""Seconds a server has to stop by itself."""

NODE = "node/"
"""How the kinds of contestants begin that do not run on Python."""

PRODUCTION = {"NODE_ENV": "production", "GRAPHILE_ENV": "production"}


@dataclass(frozen=True, slots=True)
class Contestant:
    """A running server on loopback."""

    name: str
    port: int
    process: "subprocess.Popen[str]"

    def cpu_seconds(self) -> float:
        """CPU time its process has used so far, all threads."""
        print(file=_pipe(self.process.stdin), flush=True)
        return float(_pipe(self.process.stdout).readline())

    def memory(self) -> float | None:
        """Megabytes that it holds at most so far; None where the system does not say (it does on Linux)."""
        return self._said_of("VmHWM")

    def resident(self) -> float | None:
        """Megabytes that it holds now; None where the system does not say."""
        return self._said_of("VmRSS")

    def _said_of(self, size: str) -> float | None:
        status = Path(f"/proc/{self.process.pid}/status")
        found = re.search(rf"^{size}:\s+(\d+) kB$", status.read_text(), re.MULTILINE) if status.exists() else None
        return int(found[1]) / 1000 if found else None


@contextmanager
def contestant(name: str, kind: str, url: str, connections: int) -> Iterator[Contestant]:
    """Starts a server of this kind on this database; what it is told does not show in the process list."""
    process = subprocess.Popen(
        _command(kind), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ | PRODUCTION
    )
    try:
        said = json.dumps({"kind": kind.removeprefix(NODE), "url": url, "connections": connections})
        print(said, file=_pipe(process.stdin), flush=True)
        port = _pipe(process.stdout).readline()
        if not port:
            raise SystemExit(f"bench: {name} did not start")
        yield Contestant(name, int(port), process)
    finally:
        _stop(process)


def _command(kind: str) -> list[str]:
    if kind.startswith(NODE):
        return [str(node()), str(FOLDER / "serving.mjs")]
    return [sys.executable, "-m", "bench.serving"]


def _stop(process: "subprocess.Popen[str]") -> None:
    with suppress(OSError):
        _pipe(process.stdin).close()
    try:
        process.wait(STOPPING)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _pipe(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe
