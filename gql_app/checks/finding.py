"""What a check says."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from gql_app.database import Database
from gql_app.settings import Settings

Level = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Of which part, how bad, what is so, and what to do about it. It never quotes a secret."""

    part: str
    level: Level
    what: str
    advice: str | None = None


def ok(part: str, what: str) -> Finding:
    """All is well."""
    return Finding(part, "ok", what)


def warn(part: str, what: str, advice: str) -> Finding:
    """It works, and may not do so for ever, or for everybody."""
    return Finding(part, "warn", what, advice)


def fail(part: str, what: str, advice: str) -> Finding:
    """It does not work, or must not stay so."""
    return Finding(part, "fail", what, advice)


@dataclass(frozen=True, slots=True)
class Deployment:
    """What is looked at. `given` are the settings as they were given, by name; `url` is where the server is reached,
    None for where the settings say. The database is there for checks that need one.
    """

    settings: Settings
    given: Mapping[str, str] = field(default_factory=dict, repr=False)
    url: str | None = None
    database: Database | None = None

    @property
    def opened(self) -> Database:
        """The database, for checks that are only run where it could be opened."""
        assert self.database is not None
        return self.database

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach the server."""
        return self.settings.host in ("127.0.0.1", "::1", "localhost")


Check = Callable[[Deployment], AsyncIterator[Finding]]
