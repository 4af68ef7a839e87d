"""The command `gql-app`. Each command imports what it needs when it is called: none waits for what others need."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from gql_app.commands import events, keys, sync
from gql_app.errors import MirrorError

app = typer.Typer(
    help="Customer Graph: a live GraphQL mirror of your Voucherify customers.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(events.app, name="events")
app.add_typer(keys.app, name="keys")
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
    from gql_app.commands.serve import serve_here
    from gql_app.settings import load_settings

    serve_here(load_settings(host=host, port=port, workers=workers, database_url=database_url), demo)


@app.command()
def migrate(database_url: DatabaseUrl = None) -> None:
    """Create or update the database's tables; safe to run again."""
    from gql_app.commands.migrate import migrate_database
    from gql_app.settings import load_settings

    migrate_database(load_settings(database_url=database_url))


@app.command()
def schema(
    check: Annotated[
        bool, typer.Option("--check", help="List what differs and what it breaks; fail if anything does.")
    ] = False,
    path: Annotated[str, typer.Option(help="The file.")] = "schema.graphql",
) -> None:
    """Write schema.graphql from the code, or check it."""
    from gql_app.commands.schema import check_schema, write_schema

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
    from gql_app.commands.rebuild import rebuild as rebuild_mirror
    from gql_app.settings import load_settings

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
    from gql_app.commands.reconciling import reconcile as reconcile_mirror
    from gql_app.settings import load_settings

    asyncio.run(reconcile_mirror(load_settings(database_url=database_url), quick, allow_deletions, as_json))


@app.command()
def tail(
    after: Annotated[str | None, typer.Option(help="Begin after this cursor instead of now.", metavar="CURSOR")] = None,
    customer: Annotated[str | None, typer.Option(help="Only the customer with this id.", metavar="ID")] = None,
    values: Annotated[bool, typer.Option("--values", help="Print before and after: personal data.")] = False,
    *,
    as_json: events.AsJson = False,
    url: Annotated[str | None, typer.Option(help="Of a service elsewhere, instead of the database.")] = None,
    token: Annotated[
        str | None,
        typer.Option(help="An API key or token for --url; better said in the environment.", envvar="GQL_APP_TOKEN"),
    ] = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Print every change as it happens; Ctrl-C ends it and says the cursor to come back with."""
    from gql_app.commands.tail import Manner, far_tail
    from gql_app.commands.tail import tail as follow
    from gql_app.settings import load_settings

    manner = Manner(after, customer, as_json, values)
    if url is not None:
        asyncio.run(far_tail(url, token, manner))
    else:
        asyncio.run(follow(load_settings(database_url=database_url), manner))


@app.command()
def doctor(
    url: Annotated[str | None, typer.Option(help="Where the server is reached from outside.")] = None,
    as_json: events.AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Look at settings, database, feed, server and deliveries, and say what to do about each finding."""
    from gql_app.commands.doctor import diagnose
    from gql_app.settings import load_settings

    diagnose(lambda: load_settings(database_url=database_url), url, as_json)


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="Exports (CSV) or dumps (JSON, one per line or not; also .gz).")],
    *,
    kind: Annotated[str | None, typer.Option(help="customers or orders, where the file does not say.")] = None,
    project: Annotated[str | None, typer.Option(help="The project that the file is of.", metavar="ID")] = None,
    at: Annotated[str | None, typer.Option(help="When rows that do not say were so, UTC.", metavar="TIME")] = None,
    amounts: Annotated[str, typer.Option(help="minor or major: whether 77.00 in a CSV means 77.00.")] = "minor",
    report: Annotated[Path | None, typer.Option(help="Where to write the rows that could not be used.")] = None,
    dry_run: events.DryRun = False,
    as_json: events.AsJson = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Take in customers and orders from files; what is known already, or newer, stays as it is."""
    from gql_app.commands.importing import Wish, import_files, is_major, kind_of
    from gql_app.commands.keeping import point
    from gql_app.files.importing import Terms
    from gql_app.settings import load_settings
    from gql_app.voucherify.values import instant

    since = instant(point(at, "--at"))
    terms = Terms(kind_of(kind), project, since, is_major(amounts))
    import_files(load_settings(database_url=database_url), Wish(files, terms, report, dry_run, as_json))


@app.command("send-test")
def send_test(
    type: Annotated[str, typer.Option(help="Of what type; see --list.")] = "customer.created",
    customer: Annotated[str | None, typer.Option(help="About whom; a new one to try with.", metavar="ID")] = None,
    *,
    which: Annotated[bool, typer.Option("--list", help="List the types there are samples of.")] = False,
    url: Annotated[str | None, typer.Option(help="Where the server is (GQL_APP_HOST and GQL_APP_PORT).")] = None,
    sendout: Annotated[str | None, typer.Option("--id", help="The send-out's id, to send one again.")] = None,
    token: Annotated[str | None, typer.Option(envvar="GQL_APP_TOKEN", help="To ask what changed.")] = None,
    yes: events.Yes = False,
    as_json: events.AsJson = False,
) -> None:
    """Post a sample event, signed, to a running server, and show what it changed."""
    from gql_app.checks.finding import Deployment
    from gql_app.checks.server import address_of
    from gql_app.commands.sending import Test, list_trials
    from gql_app.commands.sending import send_test as post_test
    from gql_app.settings import load_settings

    settings = load_settings()
    if which:
        list_trials(as_json)
    else:
        here = address_of(Deployment(settings, url=url))
        post_test(settings, Test(type, here, customer, sendout, token, yes, as_json))


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
