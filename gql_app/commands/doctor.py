"""`gql-app doctor`."""

import asyncio
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict

from dotenv import dotenv_values
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gql_app.checks.examination import examine
from gql_app.checks.finding import Deployment, Finding, fail
from gql_app.commands.ledger import counted, say_json
from gql_app.errors import BadSetting, MirrorError
from gql_app.settings import Settings

STYLES = {"ok": "green", "warn": "yellow", "fail": "bold red"}


class Unwell(MirrorError):
    """Something has to be mended."""


def diagnose(load: Callable[[], Settings], url: str | None, as_json: bool) -> None:
    """Prints every finding; raises Unwell where one is that something does not work."""
    found = _found(load, url)
    if as_json:
        for finding in found:
            say_json(asdict(finding))
    else:
        Console(width=None if sys.stdout.isatty() else 160, highlight=False).print(_table(found))
    sys.stdout.flush()
    failed = sum(finding.level == "fail" for finding in found)
    if failed:
        raise Unwell(f"{counted(failed, 'finding')} to be mended.")


def _found(load: Callable[[], Settings], url: str | None) -> list[Finding]:
    try:
        settings = load()
    except BadSetting as wrong:
        return [fail("configuration", str(wrong), "Mend what it names, in the environment or in .env.")]
    return asyncio.run(_examined(Deployment(settings, _given(), url)))


async def _examined(deployment: Deployment) -> list[Finding]:
    return [finding async for finding in examine(deployment)]


def _given() -> Mapping[str, str]:
    """As the settings are read: what is in the environment counts more than what is in `.env`."""
    filed = {name.upper(): value or "" for name, value in dotenv_values(".env").items()}
    return filed | {name.upper(): value for name, value in os.environ.items()}


def _table(found: list[Finding]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("", "part", "what", "what to do"):
        table.add_column(heading, overflow="fold")
    for one in found:
        table.add_row(Text(one.level, STYLES[one.level]), Text(one.part), Text(one.what), Text(one.advice or ""))
    return table
