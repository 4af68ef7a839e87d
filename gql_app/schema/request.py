"""What a client asks and what it is told, whatever the transport."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Request:
    """A well-formed GraphQL request; its document may still be wrong."""

    query: str
    variables: dict[str, Any] | None
    operation_name: str | None
    extensions: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Answer:
    """An encoded response map; not executed means that it holds errors only and no data."""

    payload: bytes
    executed: bool
