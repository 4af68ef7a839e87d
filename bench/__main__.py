"""`python -m bench`."""

import signal
from pathlib import Path
from typing import Annotated, Any

import typer

from bench.ingest import compare_ingest
from bench.reads import compare_reads
from bench.rounds import Course

LONGEST = 175
"""Seconds after which a run ends, finished or not."""

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
Seconds = Annotated[float, typer.Option(help="Of measuring, all in all.", min=5, max=120)]
Rounds = Annotated[int, typer.Option(help="In each round everybody has one turn.", min=2)]
Senders = Annotated[int, typer.Option(help="Keep-alive connections, each with one request under way.", min=1)]
Connections = Annotated[int, typer.Option(help="Database connections of each contestant.", min=1)]
Folder = Annotated[Path | None, typer.Option(help="Where SQLite files go; the system's own if left out.")]


@app.command()
def reads(
    postgres_url: Server,
    seconds: Seconds = 60,
    rounds: Rounds = 5,
    senders: Senders = 8,
    connections: Connections = 5,
) -> None:
    """Three GraphQL questions about 20,000 customers on PostgreSQL."""
    compare_reads(postgres_url, Course(seconds, rounds, senders, connections))


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
    compare_ingest(postgres_url, folder, Course(seconds, rounds, senders, connections))


def main() -> None:
    """Whatever happens, ends in time, and everything that was started ends with it."""
    signal.signal(signal.SIGALRM, _stop)
    signal.signal(signal.SIGTERM, _stop)
    signal.alarm(LONGEST)
    app()


def _stop(number: int, _: Any) -> None:
    raise SystemExit(f"bench: not finished within {LONGEST} s" if number == signal.SIGALRM else "bench: stopped")


if __name__ == "__main__":
    main()
