"""`gql-app events`: what the inbox keeps, and telling it again."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from gql_app.errors import BadArgument

if TYPE_CHECKING:
    from gql_app.mirror.ledger import Choice

VERDICTS = ("applied", "stale", "unmapped", "quarantined", "discarded")

Ids = Annotated[list[int] | None, typer.Argument(help="Events by number.", min=1, max=2**63 - 1)]
Type = Annotated[str | None, typer.Option(help="Only events of this type.")]
State = Annotated[str | None, typer.Option(help=f"Only events that were {', '.join(VERDICTS)}.")]
Since = Annotated[str | None, typer.Option(help="Received at or after this time, UTC.")]
Until = Annotated[str | None, typer.Option(help="Received before this time, UTC.")]
Customer = Annotated[str | None, typer.Option(help="Only events about the customer with this id.")]
Limit = Annotated[int | None, typer.Option(help="At most so many.", min=1, show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object per line.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")]
Url = Annotated[str | None, typer.Option("--database-url", help="Instead of DATABASE_URL.", show_default=False)]

app = typer.Typer(help="What Voucherify told, and telling it again.", no_args_is_help=True)


@app.command("list")
def list_(
    ids: Ids = None,
    *,
    type: Type = None,
    state: State = None,
    since: Since = None,
    until: Until = None,
    customer: Customer = None,
    limit: Limit = 50,
    as_json: AsJson = False,
    database_url: Url = None,
) -> None:
    """List events, the newest first."""
    from gql_app.commands import ledger
    from gql_app.settings import load_settings

    choice = choose(ids, type, state, (since, until), customer)
    asyncio.run(ledger.list_events(load_settings(database_url=database_url), choice, limit or 50, as_json))


@app.command()
def show(
    event_id: Annotated[int, typer.Argument(metavar="ID", min=1, max=2**63 - 1)],
    as_json: AsJson = False,
    database_url: Url = None,
) -> None:
    """Show an event and its body, which is personal data."""
    from gql_app.commands import ledger
    from gql_app.settings import load_settings

    asyncio.run(ledger.show_event(load_settings(database_url=database_url), event_id, as_json))


@app.command()
def replay(
    ids: Ids = None,
    *,
    type: Type = None,
    state: State = None,
    since: Since = None,
    until: Until = None,
    customer: Customer = None,
    limit: Limit = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    database_url: Url = None,
) -> None:
    """Tell kept events again; what was told already changes nothing."""
    from gql_app.commands import ledger
    from gql_app.settings import load_settings

    choice = narrowed(choose(ids, type, state, (since, until), customer))
    asyncio.run(ledger.replay(load_settings(database_url=database_url), choice, limit, dry_run, as_json))


@app.command()
def discard(
    ids: Ids = None,
    *,
    type: Type = None,
    since: Since = None,
    until: Until = None,
    customer: Customer = None,
    yes: Yes = False,
    database_url: Url = None,
) -> None:
    """Settle quarantined events by hand; their bytes stay."""
    from gql_app.commands import ledger
    from gql_app.settings import load_settings

    choice = choose(ids, type, "quarantined", (since, until), customer)
    asyncio.run(ledger.discard(load_settings(database_url=database_url), choice, yes))


@app.command()
def prune(
    days: Annotated[float | None, typer.Option(help="Instead of GQL_APP_KEEP_BODIES_DAYS.")] = None,
    database_url: Url = None,
) -> None:
    """Empty the bodies of settled events that are older than so many days."""
    from gql_app.commands import ledger
    from gql_app.settings import load_settings

    asyncio.run(ledger.prune(load_settings(database_url=database_url, keep_bodies_days=days)))


def choose(
    ids: list[int] | None,
    event_type: str | None,
    state: str | None,
    between: tuple[str | None, str | None],
    customer: str | None,
) -> "Choice":
    """Raises BadArgument where a part of it makes no sense."""
    from gql_app.commands.keeping import point
    from gql_app.mirror.ledger import Choice

    if state is not None and state not in VERDICTS:
        raise BadArgument(f"--state {state!r} is none of {', '.join(VERDICTS)}.")
    since, until = point(between[0], "--since"), point(between[1], "--until")
    return Choice(tuple(ids or ()), event_type, state, customer, since, until)


def narrowed(choice: "Choice") -> "Choice":
    """Raises BadArgument where nothing was said; the whole inbox is `gql-app rebuild`'s."""
    if choice == type(choice)():
        raise BadArgument("Say which events: by number, --type, --state, --since, --until or --customer.")
    return choice
