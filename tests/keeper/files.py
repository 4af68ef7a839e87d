"""Exports and dumps as people bring them, and the command that takes them in."""

import asyncio
import csv
import gzip
import io
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from gql_app.cli import app
from gql_app.errors import MirrorError

MONDAY, TUESDAY = "2026-03-02T10:00:00.000Z", "2026-03-03T10:00:00.000Z"
API = "id,source_id,name,email,created_at,updated_at,address_city,orders_total_amount,loyalty_points"
DASHBOARD = "ID,Source ID,Name,Email,Creation Date,Last Update Date,City,Orders Total Amount,Loyalty Points"
ANN = "cust_1,s-1,Ann,ann@example.com,2026-03-01T10:00:00Z,2026-03-02T10:00:00Z,Graz,10000,5"


@dataclass
class Importer:
    """Types `gql-app import`, in a folder of their own."""

    url: str
    folder: Path

    def file(self, name: str, text: str, cut: int = 0) -> str:
        """A file of this text, without its last bytes."""
        path, said = self.folder / name, text.encode()
        content = gzip.compress(said) if name.endswith(".gz") else said
        path.write_bytes(content[: len(content) - cut])
        return str(path)

    def path(self, name: str) -> str:
        """A file that is not there yet."""
        return str(self.folder / name)

    async def types(self, *words: str) -> tuple[int, str, str]:
        """Exit status, standard output, standard error."""
        asked = ["import", *words, "--database-url", self.url]
        ran = await asyncio.to_thread(CliRunner().invoke, app, asked)
        if isinstance(ran.exception, MirrorError):
            return 1, ran.stdout, f"{ran.stderr}gql-app: {ran.exception}\n"
        assert ran.exception is None or isinstance(ran.exception, SystemExit), ran.exception
        return ran.exit_code, ran.stdout, ran.stderr

    async def tally(self, *words: str) -> dict[str, Any]:
        """What a program is told of the one file, and how the command ended."""
        status, out, err = await self.types(*words, "--json")
        assert out, err
        (line,) = out.splitlines()
        return json.loads(line) | {"status": status}

    @asynccontextmanager
    async def typing(self, *words: str) -> AsyncIterator[asyncio.subprocess.Process]:
        """The command while it runs, in a process of its own; it is gone afterwards."""
        pipe = asyncio.subprocess.PIPE
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("GQL_APP", "DATABASE"))}
        asked = (sys.executable, "-m", "gql_app", "import", *words, "--database-url", self.url)
        process = await asyncio.create_subprocess_exec(
            *asked, cwd=self.folder, env=inherited, stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=pipe
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


def customers(count: int, **more: Any) -> list[dict[str, Any]]:
    """Customers as the API lists them."""
    return [
        {"id": f"cust_{number}", "object": "customer", "name": f"Ann {number}", "loyalty": {"points": number}}
        | {"summary": {}, "updated_at": MONDAY}
        | more
        for number in range(1, count + 1)
    ]


def lines(objects: list[dict[str, Any]]) -> str:
    """One object per line."""
    return "".join(json.dumps(one) + "\n" for one in objects)


def page(name: str, objects: list[dict[str, Any]]) -> str:
    """A page of the API's, as a person saves it."""
    said = {"object": "list", "data_ref": name, name: objects, "total": len(objects), "has_more": False}
    return json.dumps(said, indent=2)


def rows_of(text: str) -> list[list[str]]:
    """The rows of a table without its headings."""
    return list(csv.reader(io.StringIO(text)))[1:]
