"""What fetching asks of the mirror; whoever builds both hands it in."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol


class Difference(Protocol):
    """What telling someone anew would change."""

    @property
    def changes(self) -> Mapping[str, tuple[Any, Any]]: ...

    @property
    def is_new(self) -> bool: ...


class Shelf(Protocol):
    """Where what was fetched is kept. A mark is kept together with what it speaks of; `alike` are customers who were
    seen to be as they are shown.
    """

    async def take(
        self, bodies: Sequence[bytes], read_at: int, mark: tuple[str, str] | None = None, alike: Sequence[str] = ()
    ) -> None: ...

    async def mark(self, name: str) -> str | None: ...


class OrderShelf(Shelf, Protocol):
    """Where orders are kept, and what is known of them."""

    async def orders_changed(self, ids: Sequence[str]) -> dict[str, str | None]: ...


class Mirror(OrderShelf, Protocol):
    """The mirror, as far as it is compared."""

    async def differing(self, bodies: Sequence[bytes]) -> Sequence[Difference]: ...

    async def unverified(self, since: int, after: str, limit: int) -> list[str]: ...

    async def known(self) -> int: ...


class Journal(Protocol):
    """Who was told of in part, and how far the journal has come."""

    async def position(self) -> int: ...

    async def told_in_part(self, after: int, until: int, limit: int) -> tuple[int, list[str]]: ...


class MirrorAndJournal(Mirror, Journal, Protocol):
    """Both."""
