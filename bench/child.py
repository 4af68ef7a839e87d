"""A contestant: one server in a process of its own, which ends when whoever started it does."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO

STOPPING = 10.0
"""Seconds a server has to stop by itself."""


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


@contextmanager
def contestant(name: str, kind: str, url: str, connections: int) -> Iterator[Contestant]:
    """Starts a server of this kind on this database; what it is told does not show in the process list."""
    command = [sys.executable, "-m", "bench.serving"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        said = json.dumps({"kind": kind, "url": url, "connections": connections})
        print(said, file=_pipe(process.stdin), flush=True)
        port = _pipe(process.stdout).readline()
        if not port:
            raise SystemExit(f"bench: {name} did not start")
        yield Contestant(name, int(port), process)
    finally:
        _stop(process)


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
