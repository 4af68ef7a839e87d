"""The command `gql-app`."""

import asyncio
import sys
from typing import Annotated

import typer

from gql_app.commands import events, sync
from gql_app.commands.migrate import migrate_database
from gql_app.commands.rebuild import rebuild as rebuild_mirror
from gql_app.commands.reconciling import reconcile as reconcile_mirror
from gql_app.commands.schema import check_schema, write_schema
from gql_app.commands.serve import serve_here
from gql_app.commands.tail import Manner
from gql_app.commands.tail import tail as follow
from gql_app.errors import MirrorError
from gql_app.settings import load_settings

app = typer.Typer(
    help="Customer Graph: a live GraphQL mirror of your Voucherify customers.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(events.app, name="events")
app.add_typer(sync.app, name="sync")

DatabaseUrl = Annotated[str | None, typer.Option("--database-url", help="Instead of DATABASE_URL.", show_default=False)]


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (GQL_APP_HOST, 127.0.0.1).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (GQL_APP_PORT, PORT, 8000).")] = None,
    workers: Annotated[int | None, typer.Option(help="Processes to share the port (GQL_APP_WORKERS, 1).")] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Tell a believable shop's life through the webhook.")] = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Run the service. Without any setting: SQLite in this folder, http://127.0.0.1:8000."""
    serve_here(load_settings(host=host, port=port, workers=workers, database_url=database_url), demo)


@app.command()
def migrate(database_url: DatabaseUrl = None) -> None:
    """Create or update the database's tables; safe to run again."""
    migrate_database(load_settings(database_url=database_url))


@app.command()
def schema(
    check: Annotated[
        bool, typer.Option("--check", help="List what differs and what it breaks; fail if anything does.")
    ] = False,
    path: Annotated[str, typer.Option(help="The file.")] = "schema.graphql",
) -> None:
    """Write schema.graphql from the code, or check it."""
    if check:
        check_schema(path)
    else:
        write_schema(path)


@app.command()
def rebuild(
    dry_run: events.DryRun = False,
    as_json: events.AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Make the mirror anew from the inbox, beside the one that is shown, and put right what differs."""
    asyncio.run(rebuild_mirror(load_settings(database_url=database_url), dry_run, as_json))


@app.command()
def reconcile(
    quick: Annotated[bool, typer.Option("--quick", help="Only who changed since the last time.")] = False,
    allow_deletions: Annotated[
        bool, typer.Option("--allow-deletions", help="Also where more than a tenth of all are gone.")
    ] = False,
    as_json: events.AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Compare the mirror with Voucherify itself, put right what differs, and say what it was."""
    asyncio.run(reconcile_mirror(load_settings(database_url=database_url), quick, allow_deletions, as_json))


@app.command()
def tail(
    after: Annotated[str | None, typer.Option(help="Begin after this cursor instead of now.", metavar="CURSOR")] = None,
    customer: Annotated[str | None, typer.Option(help="Only the customer with this id.", metavar="ID")] = None,
    values: Annotated[bool, typer.Option("--values", help="Print before and after: personal data.")] = False,
    as_json: events.AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Print every change as it happens; Ctrl-C ends it and says the cursor to come back with."""
    manner = Manner(after, customer, as_json, values)
    asyncio.run(follow(load_settings(database_url=database_url), manner))


@app.command()
def version() -> None:
    """Say which version this is."""
    from importlib.metadata import version as installed

    print(installed("customer-graph"))


def main() -> None:
    """Every failure is one clear line on standard error and a non-zero status."""
    try:
        app()
    except MirrorError as error:
        print(f"gql-app: {error}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
