"""What `gql-app events` does and prints. Only `show` prints a body; nothing of it is logged."""

import json
import sys
import time
from collections import Counter
from dataclasses import asdict
from typing import Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gql_app.commands.keeping import at_desk
from gql_app.errors import BadSetting, MirrorError
from gql_app.mirror import ledger
from gql_app.mirror import replay as telling
from gql_app.mirror.ledger import Choice, Entry
from gql_app.mirror.retention import DAY
from gql_app.mirror.retention import prune as empty
from gql_app.mirror.retold import Retold
from gql_app.settings import Settings

SHOWN = ("id", "type", "verdict", "customer_id", "received_at", "reason")


class NothingChosen(MirrorError):
    """No event is like that: `gql-app events list` shows which there are."""


async def list_events(settings: Settings, choice: Choice, limit: int, as_json: bool) -> None:
    """A table, or an object per line."""
    async with at_desk(settings) as desk:
        entries = await ledger.list_events(desk.database, choice, limit)
    if as_json:
        for entry in entries:
            say_json(asdict(entry))
    else:
        Console(width=None if sys.stdout.isatty() else 200).print(_table(entries))


def _table(entries: list[Entry]) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in SHOWN:
        table.add_column(name.removesuffix("_id"), no_wrap=name != "reason")
    for entry in entries:
        table.add_row(*(_plain(getattr(entry, name)) for name in SHOWN))
    return table


def _plain(value: Any) -> Text:
    return Text("" if value is None else str(value))


async def show_event(settings: Settings, event_id: int, as_json: bool) -> None:
    """The facts, then the bytes; what is not UTF-8 is shown as escapes."""
    async with at_desk(settings) as desk:
        entry, body = await ledger.show_event(desk.database, event_id)
    text = body.decode(errors="backslashreplace")
    if as_json:
        say_json(asdict(entry) | {"body": text})
        return
    for name, value in asdict(entry).items():
        if value is not None:
            print(f"{name:<12} {value}")
    print(f"\n{text}" if body else "\n(the body has been pruned, or was empty)")


async def replay(settings: Settings, choice: Choice, limit: int | None, dry_run: bool, as_json: bool) -> None:
    """What each event became, and each change; then their number."""
    became: Counter[str] = Counter()
    async with at_desk(settings) as desk:
        replay = telling.Replay(desk.database, desk.announce)
        tell = replay.rehearse if dry_run else replay.tell
        async for one in tell(choice, limit):
            became[one.after] += 1
            if as_json:
                say_json(asdict(one))
            else:
                _say_retold(one)
    if not became:
        raise NothingChosen()
    if not as_json:
        counts = ", ".join(f"{count} {verdict}" for verdict, count in became.items())
        print(f"{'would be' if dry_run else 'now'}: {counts}")


def _say_retold(one: Retold) -> None:
    verdict = one.after if one.after == one.before else f"{one.before} -> {one.after}"
    print(f"{one.id} {one.type}: {verdict}" + (f" ({one.reason})" if one.reason else ""))
    for change in one.changes:
        before, after = (json.dumps(value, ensure_ascii=False) for value in (change.before, change.after))
        print(f"  {change.customer_id} {change.path}: {before} -> {after}")


async def discard(settings: Settings, choice: Choice, is_sure: bool) -> None:
    """Asks first; without a terminal and without --yes it does nothing."""
    async with at_desk(settings) as desk:
        count = await ledger.how_many(desk.database, choice)
        if count == 0:
            raise NothingChosen("No quarantined event is like that: see `gql-app events list --state quarantined`.")
        if not is_sure and not _confirmed(f"Discard {counted(count, 'quarantined event')}?"):
            raise MirrorError("Nothing was discarded: confirm, or say --yes.")
        count = await telling.discard(desk.database, choice)
    print(f"{counted(count, 'event')} discarded; the bytes are kept")


def _confirmed(question: str) -> bool:
    return sys.stdin.isatty() and typer.confirm(question, err=True)


async def prune(settings: Settings) -> None:
    """Raises BadSetting where nobody said how old is old."""
    days = settings.keep_bodies_days
    if days is None:
        raise BadSetting("Say how long bodies are kept: --days or GQL_APP_KEEP_BODIES_DAYS.")
    async with at_desk(settings) as desk:
        count = await empty(desk.database, time.time_ns() // 1000 - int(days * DAY))
    bodies = "1 body" if count == 1 else f"{count} bodies"
    print(f"{bodies} older than {days:g} days emptied; their rows still stop repeats")


def counted(number: int, noun: str) -> str:
    """`1 event`, `2 events`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def say_json(said: dict[str, Any]) -> None:
    """One object on one line."""
    print(json.dumps(said, ensure_ascii=False, default=str))
