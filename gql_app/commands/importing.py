"""`gql-app import`."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from gql_app.commands.keeping import at_desk, inbox_at
from gql_app.commands.reporting import Report
from gql_app.commands.tallying import Tally, conclude
from gql_app.database import Database
from gql_app.errors import BadArgument, MirrorError
from gql_app.files.importing import Take, Terms, rows_in, tell
from gql_app.files.opening import opened
from gql_app.files.records import UnusableFile
from gql_app.files.telling import Noun
from gql_app.mirror.arrival import Arrival, Settled
from gql_app.mirror.courtesy import Courtesy
from gql_app.mirror.inbox import Inbox
from gql_app.mirror.rehearsal import rehearse
from gql_app.settings import Settings

KINDS: dict[str, Noun] = {"customers": "customer", "orders": "order"}
DELIVERED = "SELECT events_received FROM mirror_state WHERE id = 1"
AMOUNTS = ("minor", "major")


class Stopped(MirrorError):
    """Stopped. What was told is stored: import the same files again, and nothing is told twice."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is imported, and how it is told of."""

    files: list[Path]
    terms: Terms
    report: Path | None = None
    is_dry_run: bool = False
    as_json: bool = False
    tallies: list[Tally] = field(default_factory=list)


def kind_of(said: str | None) -> Noun | None:
    """Raises BadArgument."""
    if said is None or said in KINDS:
        return KINDS[said] if said else None
    raise BadArgument(f"--kind {said!r} is none of {', '.join(KINDS)}.")


def is_major(said: str) -> bool:
    """Raises BadArgument."""
    if said not in AMOUNTS:
        raise BadArgument(f"--amounts {said!r} is none of {', '.join(AMOUNTS)}.")
    return said == "major"


def import_files(settings: Settings, wish: Wish) -> None:
    """Raises where a row could not be used, and where it was stopped."""
    for path in wish.files:
        if not path.is_file():
            raise BadArgument(f"There is no file {path}.")
    try:
        asyncio.run(_import(settings, wish))
    except KeyboardInterrupt:
        raise Stopped() from None
    finally:
        for tally in wish.tallies:
            tally.say(wish.as_json, wish.is_dry_run)
    conclude(wish.tallies)


async def _import(settings: Settings, wish: Wish) -> None:
    async with _taking(settings, wish.is_dry_run) as taking:
        with Report(wish.report) as report:
            for path in wish.files:
                await _import_file(path, wish, taking, report)


@asynccontextmanager
async def _taking(settings: Settings, is_dry_run: bool) -> AsyncIterator[tuple[Take, Courtesy]]:
    async with at_desk(settings) as desk:
        courtesy = Courtesy()
        if is_dry_run:
            yield lambda arrivals: rehearse(desk.database, arrivals), courtesy
            return
        async with inbox_at(desk, settings) as inbox:
            yield lambda arrivals: _taken(inbox, desk.database, courtesy, arrivals), courtesy


async def _taken(inbox: Inbox, database: Database, courtesy: Courtesy, arrivals: list[Arrival]) -> list[Settled]:
    begun = time.monotonic()
    settled = await asyncio.gather(*(inbox.take(arrival) for arrival in arrivals))
    held = time.monotonic() - begun
    courtesy.saw(int((await database.read(DELIVERED, ()))[0][0]))
    await courtesy.stand_back(held, len(arrivals))
    return settled


async def _import_file(path: Path, wish: Wish, taking: tuple[Take, Courtesy], report: Report) -> None:
    tally, (take, courtesy) = Tally(str(path)), taking
    wish.tallies.append(tally)
    with opened(path) as file, tally.progress(file.size) as progress:
        try:
            rows, tally.left_out = rows_in(file, wish.terms)
        except UnusableFile as wrong:
            raise UnusableFile(f"{path}: {wrong}") from None
        while (outcomes := await tell(rows, wish.terms, take, courtesy.size)) is not None:
            for outcome in outcomes:
                tally.count(outcome)
                report.take_down(tally.file, outcome)
            progress(file.done)
