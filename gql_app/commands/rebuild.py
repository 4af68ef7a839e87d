"""`gql-app rebuild`."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

from rich.console import Console
from rich.progress import Progress as Bar

from gql_app.commands.keeping import at_desk
from gql_app.commands.ledger import counted, say_json
from gql_app.errors import MirrorError
from gql_app.mirror.compare import Difference
from gql_app.mirror.rebuild import Progress, Rebuild
from gql_app.mirror.shadow import shadow
from gql_app.settings import Settings


class MirrorDiffers(MirrorError):
    """The mirror is not what the inbox says: `gql-app rebuild` puts it right."""


async def rebuild(settings: Settings, is_dry_run: bool, as_json: bool) -> None:
    """Prints every difference; raises MirrorDiffers where there is one that stays."""
    with progress_bar() as progress:
        async with at_desk(settings) as desk, shadow() as fresh:
            found = await Rebuild(desk.database, fresh, desk.announce).run(progress, is_dry_run)
    for one in found:
        if as_json:
            say_json(asdict(one))
        else:
            print(_line(one))
    if found and is_dry_run:
        raise MirrorDiffers(f"{_told(fresh.told, found)}: `gql-app rebuild` puts that right.")
    print(
        _told(fresh.told, found) + (": put right" if found else ""),
        file=sys.stderr if as_json else sys.stdout,
    )


def _told(events: int, found: list[Difference]) -> str:
    rows = len({(one.table, one.id) for one in found})
    what = f"{counted(len(found), 'difference')} in {counted(rows, 'row')}"
    return f"{counted(events, 'event')} told again, {what if found else 'the mirror is what they say'}"


def _line(one: Difference) -> str:
    shown, rebuilt = (json.dumps(value, ensure_ascii=False) for value in (one.shown, one.rebuilt))
    return f"{one.table} {one.id} {one.column}: {shown} -> {rebuilt}"


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """On standard error, and only where somebody looks."""
    console = Console(stderr=True)
    with Bar(console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task("telling again", total=None)
        yield lambda told, total: bar.update(task, completed=told, total=total)
