"""`gql-app sync`: everything that Voucherify has, and later whatever changed since."""

import asyncio
from typing import Annotated

import typer

from gql_app.commands.events import AsJson, Url

app = typer.Typer(help="Load what Voucherify has into the mirror; safe to stop and to run again.")


@app.callback(invoke_without_command=True)
def sync(
    context: typer.Context,
    since: Annotated[str | None, typer.Option(help="Only who changed since this time, UTC.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say how much there is to load.")] = False,
    as_json: AsJson = False,
    database_url: Url = None,
) -> None:
    """Load everything the first time, and later whatever changed since; goes on where it was broken off."""
    from gql_app.commands import fetching
    from gql_app.commands.keeping import point
    from gql_app.settings import load_settings

    if context.invoked_subcommand is None:
        manner = fetching.Manner(point(since, "--since"), dry_run, as_json)
        asyncio.run(fetching.sync(load_settings(database_url=database_url), manner))


@app.command()
def customer(
    customer_id: Annotated[str, typer.Argument(metavar="ID", help="Voucherify's id, or the shop's own (source_id).")],
    as_json: AsJson = False,
    database_url: Url = None,
) -> None:
    """Fetch one customer now, and put right what differs."""
    from gql_app.commands import reconciling
    from gql_app.settings import load_settings

    asyncio.run(reconciling.look_at(load_settings(database_url=database_url), customer_id, as_json))
