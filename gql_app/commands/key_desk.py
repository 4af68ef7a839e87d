"""What `gql-app keys` does and prints. A key is printed once, when it is made, and never logged."""

import sys
import time
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gql_app.commands.keeping import at_desk
from gql_app.commands.ledger import say_json
from gql_app.errors import BadArgument, MirrorError
from gql_app.settings import Settings
from gql_app.viewers import key_table
from gql_app.viewers.duration import seconds_in
from gql_app.viewers.key_table import Grant, Key
from gql_app.viewers.keys import id_of, mint
from gql_app.viewers.viewer import SCOPES, Bound, Sight

LONGEST_NAME = 200
SHOWN = ("id", "name", "state", "scopes", "bound", "createdAt", "expiresAt", "lastUsedAt")


class NoSuchKey(MirrorError):
    """There is no such key: `gql-app keys list` shows which there are."""


def granted(name: str, scopes: str, expires_in: str | None, whom: tuple[str | None, str | None]) -> Grant:
    """What a key is to be made for; raises BadArgument where that makes no sense."""
    if not name.strip() or not name.isprintable() or len(name) > LONGEST_NAME:
        raise BadArgument(f"--name must be a printable text of at most {LONGEST_NAME} characters.")
    chosen = frozenset(part.strip() for part in scopes.split(",") if part.strip())
    if unknown := sorted(chosen.difference(SCOPES)):
        raise BadArgument(f"--scopes: {', '.join(unknown)} is none of {', '.join(SCOPES)}.")
    if not chosen:
        raise BadArgument(f"--scopes names none: a key without any sees nothing. There are {', '.join(SCOPES)}.")
    expires_at = None if expires_in is None else time.time() + seconds_in(expires_in)
    return Grant(name.strip(), Sight(chosen, _bound(*whom)), expires_at)


def _bound(customer_id: str | None, source_id: str | None) -> Bound | None:
    if customer_id is not None and source_id is not None:
        raise BadArgument("--customer-id and --source-id were both given: choose one.")
    for value, option in ((customer_id, "--customer-id"), (source_id, "--source-id")):
        if value is not None and not value.strip():
            raise BadArgument(f"{option} is empty: leave it out for a key that sees every customer.")
    if customer_id is not None:
        return Bound("id", customer_id)
    return None if source_id is None else Bound("source_id", source_id)


async def create(settings: Settings, grant: Grant, as_json: bool) -> None:
    """The key on standard output, what it is good for beside it."""
    minted, now = mint(), time.time()
    async with at_desk(settings) as desk:
        await key_table.add(desk.database, minted, grant, now)
        made = next(key for key in await key_table.all_keys(desk.database) if key.id == minted.id)
    if as_json:
        say_json({"key": minted.key} | said_of(made, now))
        return
    print(minted.key)
    whom = f"the customer whose {made.bound.by} is {made.bound.value}" if made.bound else "every customer"
    until = f"until {made.expires_at}" if made.expires_at else "until it is revoked"
    print(f"gql-app: key {made.id} ({made.name}) sees {whom}, {until}, as far as", file=sys.stderr)
    print(f"gql-app: {', '.join(made.scopes)} go. It is not shown again: keep it now.", file=sys.stderr)


async def list_keys(settings: Settings, as_json: bool) -> None:
    """A table, or an object per line."""
    async with at_desk(settings) as desk:
        keys = await key_table.all_keys(desk.database)
    said = [said_of(key, time.time()) for key in keys]
    if as_json:
        for one in said:
            say_json(one)
    elif said:
        Console(width=None if sys.stdout.isatty() else 250).print(_table(said))
    else:
        print("gql-app: there are no keys yet: `gql-app keys create --name NAME` makes one", file=sys.stderr)


async def revoke(settings: Settings, keys: list[str]) -> None:
    """Raises NoSuchKey, before any is revoked, where one is not known."""
    ids = [id_of(key) or key for key in keys]
    async with at_desk(settings) as desk:
        known = {key.id: key for key in await key_table.all_keys(desk.database)}
        if missing := [name for name in ids if name not in known]:
            raise NoSuchKey(f"There is no key {', '.join(missing)}: `gql-app keys list` shows which there are.")
        for name in ids:
            await key_table.revoke(desk.database, name, time.time())
    for name in ids:
        print(f"key {name} ({known[name].name}) is revoked")


def said_of(key: Key, now: float) -> dict[str, Any]:
    """Everything but the hash."""
    return {
        "id": key.id,
        "name": key.name,
        "state": key.state(now),
        "scopes": list(key.scopes),
        "bound": None if key.bound is None else {"by": key.bound.by, "value": key.bound.value},
        "createdAt": key.created_at,
        "expiresAt": key.expires_at,
        "revokedAt": key.revoked_at,
        "lastUsedAt": key.last_used_at,
    }


def _table(said: list[dict[str, Any]]) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in SHOWN:
        table.add_column(name, no_wrap=name != "scopes")
    for one in said:
        table.add_row(*(Text(_word(one[name])) for name in SHOWN))
    return table


def _word(value: Any) -> str:
    if isinstance(value, dict):
        return f"{value['by']} {value['value']}"
    if isinstance(value, list):
        return " ".join(value)
    return "" if value is None else str(value)
