"""What a database must say of itself for a committed turn to outlive a power cut."""

from gql_app.database import Dialect

Wanted = dict[str, tuple[str, tuple[str, ...], str]]
"""Per property: how it is asked, which answers are safe, what to do about any other."""

SQLITE: Wanted = {
    "journal_mode": ("PRAGMA journal_mode", ("wal",), "Put the file on a local disk: WAL needs one."),
    "synchronous": ("PRAGMA synchronous", ("2", "3"), "Put the file on a local disk, and report this."),
}
POSTGRES: Wanted = {
    "synchronous_commit": (
        "SHOW synchronous_commit",
        ("on", "remote_apply", "remote_write"),
        "Remove what sets synchronous_commit for this user or database.",
    ),
    "fsync": ("SHOW fsync", ("on",), "Set fsync = on in postgresql.conf, and restart PostgreSQL."),
    "full_page_writes": ("SHOW full_page_writes", ("on",), "Set full_page_writes = on in postgresql.conf."),
}
WANTED: dict[Dialect, Wanted] = {"sqlite": SQLITE, "postgres": POSTGRES}
VERSION: dict[Dialect, str] = {"sqlite": "SELECT sqlite_version()", "postgres": "SHOW server_version"}
LEVELS = {"0": "OFF", "1": "NORMAL", "2": "FULL", "3": "EXTRA"}


def word(name: str, value: str) -> str:
    """The value as people know it."""
    return LEVELS.get(value, value) if name == "synchronous" else value
