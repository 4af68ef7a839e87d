"""`python -m bench`."""

import signal
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bench.backfill.run import compare_backfill
from bench.ingest import compare_ingest
from bench.live.run import Part, compare_live
from bench.memory import compare_memory
from bench.reads import compare_reads
from bench.rounds import Course
from bench.soak.load import Pace
from bench.soak.run import soak

LONGEST = 175
"""Seconds after which an ingest run ends, finished or not."""

LONGEST_LIVE = 600
LONGEST_READS = 900
LONGEST_HUGE = 3600

LARGE, HUGE = 200_000, 2_000_000
"""Customers."""

LONGEST_MEMORY = 1800
"""The same for `memory`, which has many more events to tell."""

app = typer.Typer(
    help="Customer Graph next to the plain ORM way: one process each, on loopback, in turns.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Server = Annotated[
    str,
    typer.Option(
        "--postgres-url",
        envvar="GQL_APP_BENCH_POSTGRES_URL",
        help="A PostgreSQL server on loopback, for databases of our own that are dropped after the run.",
    ),
]
Seconds = Annotated[float, typer.Option(help="Of measuring, all in all.", min=5, max=600)]
Rounds = Annotated[int, typer.Option(help="In each round everybody has one turn.", min=2)]
Senders = Annotated[int, typer.Option(help="Keep-alive connections, each with one request under way.", min=1)]
Connections = Annotated[int, typer.Option(help="Database connections of each contestant.", min=1)]
Folder = Annotated[Path | None, typer.Option(help="Where SQLite files go; the system's own if left out.")]

Grown = Annotated[bool, typer.Option(help=f"Also in a mirror of {LARGE:,} customers, which takes two minutes more.")]
Huge = Annotated[bool, typer.Option(help=f"Also in one of {HUGE:,}: about 20 GB and half an hour.")]

Parts = Annotated[list[Part] | None, typer.Option("--part", help="Only this, or these; all if left out.")]
Subscribers = Annotated[int, typer.Option(help="Connections to each server.", min=100)]
Changes = Annotated[int, typer.Option(help="To everybody, of those that are measured.", min=1)]


@app.command()
def reads(  # noqa: PLR0917 - typer's options
    postgres_url: Server,
    seconds: Seconds = 180,
    rounds: Rounds = 5,
    senders: Senders = 8,
    connections: Connections = 5,
    grown: Grown = True,
    huge: Huge = False,
) -> None:
    """GraphQL questions about 20,000 customers on PostgreSQL, beside PostGraphile, Mercurius and the plain ORM way."""
    _end_within(LONGEST_HUGE if huge else LONGEST_READS)
    sizes = (LARGE,) * grown + (HUGE,) * huge
    compare_reads(postgres_url, Course(seconds, rounds, senders, connections), sizes)


@app.command()
def ingest(  # noqa: PLR0917 - typer's options
    postgres_url: Server,
    seconds: Seconds = 60,
    rounds: Rounds = 5,
    senders: Senders = 64,
    connections: Connections = 5,
    folder: Folder = None,
) -> None:
    """Durable webhooks on SQLite and PostgreSQL."""
    _end_within(LONGEST)
    compare_ingest(postgres_url, folder, Course(seconds, rounds, senders, connections))


@app.command()
def memory(
    postgres_url: Server,
    events: Annotated[int, typer.Option(help="For each database.", min=1000)] = 200_000,
    senders: Senders = 64,
    folder: Folder = None,
) -> None:
    """What the server keeps of the events it has taken."""
    _end_within(LONGEST_MEMORY)
    compare_memory(postgres_url, folder, events, senders)


@app.command()
def live(
    postgres_url: Server,
    part: Parts = None,
    subscribers: Subscribers = 5_000,
    changes: Changes = 3,
) -> None:
    """What changes cost that many listen to, beside Strawberry as it comes and a bare WebSocket endpoint."""
    _end_within(LONGEST_LIVE)
    compare_live(postgres_url, part or list(Part), subscribers, changes)


@app.command("soak")
def soaked(  # noqa: PLR0917 - typer's options
    minutes: Annotated[float, typer.Option(help="All in all; the first third warms up.", min=0.3)] = 30,
    postgres_url: Annotated[str | None, typer.Option(help="A server on loopback; SQLite if left out.")] = None,
    folder: Folder = None,
    events: Annotated[int, typer.Option(help="A second.", min=1)] = 200,
    subscribers: Annotated[int, typer.Option(help="At once; some leave and come back all the time.", min=1)] = 500,
    queries: Annotated[int, typer.Option(help="A second.", min=1)] = 50,
) -> None:
    """Ordinary work for a while: fails unless memory, files and tasks of the server stay as they are."""
    _end_within(int(minutes * 60) + 120)
    soak(postgres_url, folder, minutes, Pace(events, subscribers, queries))


@app.command()
def backfill(
    postgres_url: Server,
    customers: Annotated[int, typer.Option(help="To load into each database.", min=1000)] = 100_000,
    beside: Annotated[int, typer.Option(help="Deliveries a second, whose p99 is measured then instead.", min=0)] = 0,
    folder: Folder = None,
) -> None:
    """A first load, where nothing limits it: its rate, calls and memory, or what deliveries notice of it."""
    _end_within(LONGEST_HUGE)
    compare_backfill(postgres_url, folder, customers, beside)


def main() -> None:
    """Whatever happens, ends in time, and everything that was started ends with it."""
    signal.signal(signal.SIGTERM, lambda *_: _stop("stopped"))
    app()


def _end_within(seconds: int) -> None:
    signal.signal(signal.SIGALRM, lambda *_: _stop(f"not finished within {seconds} s"))
    signal.alarm(seconds)


def _stop(why: str) -> NoReturn:
    raise SystemExit(f"bench: {why}")


if __name__ == "__main__":
    main()
