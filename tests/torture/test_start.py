"""What cannot be worked on is refused at the start, in one line, and left as it is."""

import asyncio
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.ingest.test_outage import locked_file

PATIENCE = 60.0


def cut_short(file: Path) -> None:
    """The rest of it is gone."""
    os.truncate(file, file.stat().st_size // 3)


def not_a_database(file: Path) -> None:
    """Something else of that name."""
    file.write_text("minutes of the annual meeting\n" * 500)


def rubbish_in_a_table(file: Path) -> None:
    """A page of the inbox is not what it was."""
    with closing(sqlite3.connect(file)) as connection:
        ((page,),) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'inbox'")
        ((size,),) = connection.execute("PRAGMA page_size")
    _overwrite(file, (page - 1) * size, b"\xff" * size)


def rubbish_at_the_top(file: Path) -> None:
    """Nobody can tell which tables there are."""
    _overwrite(file, 100, b"\xff" * 3000)


def _overwrite(file: Path, place: int, said: bytes) -> None:
    with file.open("r+b") as opened:
        opened.seek(place)
        opened.write(said)


async def refused(folder: Path, url: str) -> str:
    """The one line with which the start is refused."""
    asked = (sys.executable, "-m", "gql_app", "serve", "--port", "0", "--database-url", url)
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*asked, cwd=folder, stdout=pipe, stderr=pipe)
    try:
        async with asyncio.timeout(PATIENCE):
            out, err = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    assert (process.returncode, out) == (1, b""), err
    lines = [line for line in err.decode().splitlines() if not line.startswith("{")]
    assert len(lines) == 1, err
    return lines[0]


@pytest.mark.parametrize("harm", [cut_short, not_a_database, rubbish_in_a_table, rubbish_at_the_top])
async def test_a_damaged_file_is_named_and_not_touched(
    sqlite_template: Path, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    file = tmp_path / "mirror.db"
    shutil.copy(sqlite_template, file)
    harm(file)
    before = file.read_bytes()
    line = await refused(tmp_path, "sqlite:///mirror.db")
    assert "mirror.db is damaged" in line
    assert "Nothing was changed" in line
    assert file.read_bytes() == before


async def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert "no folder nowhere" in await refused(tmp_path, "sqlite:///nowhere/mirror.db")


async def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "mirror.db").mkdir()
    assert "mirror.db cannot be opened" in await refused(tmp_path, "sqlite:///mirror.db")


async def test_a_file_that_another_process_holds_is_an_outage_that_says_so(sqlite_url: str, tmp_path: Path) -> None:
    async with locked_file(sqlite_url.removeprefix("sqlite:///")):
        assert "locked" in await refused(tmp_path, sqlite_url)
