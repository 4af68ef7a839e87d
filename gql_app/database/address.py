"""Database URLs as people and hosting providers write them."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from gql_app.errors import BadSetting

SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")


@dataclass(frozen=True, slots=True)
class SqliteAddress:
    """A file; `sqlite:///relative.db` or `sqlite:////absolute.db`."""

    path: str


@dataclass(frozen=True, slots=True)
class PostgresAddress:
    """A server and a database on it; query parameters other than `sslmode` and `host` are not ours and
    dropped.
    """

    host: str | None
    port: int
    user: str | None
    password: str | None = field(repr=False)
    database: str | None
    sslmode: str | None

    def options(self) -> dict[str, Any]:
        """Keyword arguments for asyncpg, which reads the same names."""
        known = {
            "host": self.host,
            "port": self.port,
            "user": self.user,
            "password": self.password,
            "database": self.database,
            "ssl": self.sslmode,
        }
        return {name: value for name, value in known.items() if value is not None}


def read_address(url: str) -> SqliteAddress | PostgresAddress:
    """Raises BadSetting, without the URL's secrets, where it is of neither kind."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(url)
    if parts.scheme in ("postgres", "postgresql"):
        return _postgres(parts)
    raise BadSetting(
        f"DATABASE_URL begins with {parts.scheme or 'nothing'!r}: use sqlite:///file.db or postgresql://user@host/database"
    )


def _sqlite(url: str) -> SqliteAddress:
    path = unquote(url.removeprefix("sqlite://").split("?")[0]).removeprefix("/")
    if not path or path == ":memory:":
        raise BadSetting("DATABASE_URL names no file: use sqlite:///file.db (memory cannot be shared by connections)")
    return SqliteAddress(path)


def _postgres(parts: SplitResult) -> PostgresAddress:
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    sslmode = query.get("sslmode")
    if sslmode is not None and sslmode not in SSL_MODES:
        raise BadSetting(f"DATABASE_URL: sslmode={sslmode!r} is none of {', '.join(SSL_MODES)}")
    try:
        port = parts.port or 5432
    except ValueError:
        raise BadSetting("DATABASE_URL: the port is not a number") from None
    return PostgresAddress(
        host=query.get("host") or parts.hostname,
        port=port,
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        database=unquote(parts.path.removeprefix("/")) or None,
        sslmode=sslmode,
    )
