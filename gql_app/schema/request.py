"""What a client asks and what it is told, whatever the transport."""

from dataclasses import dataclass
from typing import Any

from gql_app.viewers.viewer import EVERYONE, Viewer


@dataclass(frozen=True, slots=True)
class Request:
    """A well-formed GraphQL request; its document, sent or named, may still be wrong or unknown."""

    query: str | None
    variables: dict[str, Any] | None
    operation_name: str | None
    extensions: dict[str, Any] | None
    document_id: str | None = None
    """The name of a trusted document."""

    sha256: str | None = None
    """The hash by which an automatic persisted query is named or registered, in lower-case hexadecimal."""

    cursor: str | None = None
    """Where a stream of changes is resumed, before what its argument says."""

    viewer: Viewer = EVERYONE
    """Who asks, as the door found out."""

    address: str = ""
    """Where it came from: whose use is counted where readers are not told apart."""

    @property
    def wants_cost(self) -> bool:
        """Whether the client asked to be told what its operation costs."""
        return self.extensions is not None and self.extensions.get("cost") is True


@dataclass(frozen=True, slots=True)
class Answer:
    """An encoded response map; not executed means that it holds errors only and no data."""

    payload: bytes
    executed: bool
    is_whole: bool = False
    """Whether it holds data and no errors, so that it may be kept for as long as it stays the same."""
