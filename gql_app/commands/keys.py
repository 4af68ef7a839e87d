"""`gql-app keys`: who may read with an API key."""

import asyncio
from typing import Annotated

import typer

from gql_app.commands.events import AsJson, Url
from gql_app.viewers.viewer import SCOPES, USUAL_SCOPES

app = typer.Typer(help="API keys, for servers that read the graph.", no_args_is_help=True)


@app.command()
def create(
    name: Annotated[str, typer.Option(help="Who it is for, as in shop-backend.")],
    scopes: Annotated[
        str, typer.Option(help=f"What it may see, with commas between: {', '.join(SCOPES)}.")
    ] = USUAL_SCOPES,
    expires_in: Annotated[str | None, typer.Option(help="90d, 12h, 30m; without it, it is good until revoked.")] = None,
    *,
    customer_id: Annotated[str | None, typer.Option(help="Sees only the customer with this id.")] = None,
    source_id: Annotated[str | None, typer.Option(help="Sees only the customer with this source id.")] = None,
    as_json: AsJson = False,
    database_url: Url = None,
) -> None:
    """Make a key and print it: the only time it is shown."""
    from gql_app.commands import key_desk
    from gql_app.settings import load_settings

    grant = key_desk.granted(name, scopes, expires_in, (customer_id, source_id))
    asyncio.run(key_desk.create(load_settings(database_url=database_url), grant, as_json))


@app.command("list")
def list_(as_json: AsJson = False, database_url: Url = None) -> None:
    """List keys, the oldest first; of none is more known than its hash."""
    from gql_app.commands import key_desk
    from gql_app.settings import load_settings

    asyncio.run(key_desk.list_keys(load_settings(database_url=database_url), as_json))


@app.command()
def revoke(
    keys: Annotated[list[str], typer.Argument(metavar="ID...", help="Keys by their id, or whole.")],
    database_url: Url = None,
) -> None:
    """End keys: within five seconds nobody is answered by them any more."""
    from gql_app.commands import key_desk
    from gql_app.settings import load_settings

    asyncio.run(key_desk.revoke(load_settings(database_url=database_url), keys))
