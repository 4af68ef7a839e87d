"""Whether a SQLite file can be worked on: looked at before anything is written to it."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from gql_app.errors import Damaged, Outage

LOOK_SECONDS = 2.0
"""A file too large to be looked through in this time has been looked at in part."""

STEPS = 10_000
"""Of SQLite's machine, between looks at the clock."""


def refuse_damaged(path: str) -> None:
    """Raises Damaged where it is no sound SQLite file, Outage where it cannot be read now; an absent or empty one is
    sound.
    """
    file = Path(path)
    if not file.parent.is_dir():
        raise Outage(f"SQLite {path} cannot be made: there is no folder {file.parent}. Make it, or set DATABASE_URL.")
    if not file.exists() or (file.is_file() and file.stat().st_size == 0):
        return
    try:
        found = _looked_at(file)
    except sqlite3.OperationalError as error:
        raise Outage(f"SQLite {path} cannot be opened ({error}): is it a file that this user may write?") from error
    except sqlite3.DatabaseError as error:
        found = str(error)
    if found != "ok":
        raise Damaged(
            f"SQLite {path} is damaged ({found.splitlines()[-1]}). Nothing was changed in it: put back a copy, or move"
            " it away and start anew; Voucherify's customers can be fetched and imported again."
        )


def _looked_at(file: Path) -> str:
    address = f"file:{quote(str(file.absolute()))}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as connection:
        ends = time.monotonic() + LOOK_SECONDS
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        connection.set_progress_handler(lambda: time.monotonic() > ends, STEPS)
        try:
            return str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
                return "ok"
            raise
