"""How near Customer Graph comes to what PostgreSQL itself can do: the same statement, sent by pgbench."""

import os
import re
import shutil
import statistics
import subprocess
from glob import glob
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import report
from bench.child import Contestant
from bench.contestants.floor import compiled
from bench.load import fire
from bench.questions import QUESTIONS, Question
from bench.rounds import Course
from bench.targets import OF_THE_LIMIT
from bench.town import CUSTOMERS

SECONDS = 2
"""Of each burst; pgbench takes whole ones."""

SETTINGS = "-c jit=off -c max_parallel_workers_per_gather=0 -c default_transaction_read_only=on"
"""What Customer Graph's connections are set to."""

PARAMETER = "$1::text"
KEY = "('cust_'||lpad((:n)::text,24,'0'))"
RATE = re.compile(r"tps = ([\d.]+)")


def compare_limit(graph: Contestant, url: str, course: Course) -> None:
    """In turns, with as many connections."""
    program = pgbench()
    if program is None:
        report.line("\npgbench is not installed: not compared with PostgreSQL's own limit.")
        return
    with TemporaryDirectory() as folder:
        for question in QUESTIONS:
            if question.letter in OF_THE_LIMIT:
                script = Path(folder, question.letter)
                script.write_text(_script(question))
                _compare(question, graph, [program, "-f", str(script), *_options(url, course)], course)


def pgbench() -> str | None:
    """Where the program is; Debian keeps it away from the search path."""
    return shutil.which("pgbench") or next(iter(sorted(glob("/usr/lib/postgresql/*/bin/pgbench"), reverse=True)), None)


def _compare(question: Question, graph: Contestant, command: list[str], course: Course) -> None:
    shares, rates, limits = [], [], []
    for _ in range(course.rounds):
        latencies, took = fire(graph.port, course.senders, question.requests(), SECONDS)
        rates.append(len(latencies) / took)
        limits.append(_burst(command))
        shares.append(rates[-1] / limits[-1])
    report.limit(question, statistics.median(rates), statistics.median(limits), shares)


def _burst(command: list[str]) -> float:
    """Statements a second, without the time to connect."""
    environment = os.environ | {"PGOPTIONS": SETTINGS}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=SECONDS + 60)
    found = RATE.search(done.stdout)
    if done.returncode or not found:
        raise SystemExit(f"bench: pgbench: {done.stderr.strip()[-500:]}")
    return float(found[1])


def _options(url: str, course: Course) -> list[str]:
    return ["-n", "-M", "prepared", "-T", str(SECONDS), "-c", str(course.connections), "-j", "1", url]


def _script(question: Question) -> str:
    """The statement on one line, about another page each time."""
    _, statement = compiled()[question.document]
    text = statement.sql.replace(PARAMETER, KEY)
    variables = set(re.findall(r"(?<!:):(\w+)", text))
    assert variables == {"n"}, f"pgbench would take {variables} for variables"
    return f"\\set n random(0, {CUSTOMERS - 601})\n{' '.join(text.split())};\n"
