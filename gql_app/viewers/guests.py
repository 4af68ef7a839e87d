"""Who is being answered now: a viewer who may no longer stay is asked to leave, in the middle if need be."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from gql_app.errors import Unauthenticated
from gql_app.viewers.viewer import Viewer

T = TypeVar("T")
Objection = Callable[[Viewer], Unauthenticated | None]


@dataclass(eq=False, slots=True)
class Guest:
    """One connection, stream or request."""

    viewer: Viewer
    leave: Callable[[Unauthenticated], None]


class Guests:
    """Everyone who is in; `objection` says why a viewer must go."""

    def __init__(self, objection: Objection) -> None:
        self._objection = objection
        self._present: set[Guest] = set()

    def __len__(self) -> int:
        return len(self._present)

    @contextmanager
    def staying(self, viewer: Viewer, leave: Callable[[Unauthenticated], None]) -> Iterator[None]:
        """`leave` is called once the viewer must go."""
        guest = Guest(viewer, leave)
        self._present.add(guest)
        try:
            yield
        finally:
            self._present.discard(guest)

    async def while_welcome(self, viewer: Viewer, work: Awaitable[T]) -> T:
        """What the work gives; raises what is objected where the viewer must go before that."""
        objections: list[Unauthenticated] = []

        def leave(objection: Unauthenticated) -> None:
            objections.append(objection)
            fuse.reschedule(asyncio.get_running_loop().time())

        guest = Guest(viewer, leave)
        self._present.add(guest)
        try:
            async with asyncio.timeout(None) as fuse:
                return await work
        except TimeoutError:
            raise objections[0] if objections else TimeoutError from None
        finally:
            self._present.discard(guest)

    async def sweep(self) -> None:
        """Asks everyone to leave who may no longer stay."""
        for guest in list(self._present):
            if objection := self._objection(guest.viewer):
                self._present.discard(guest)
                guest.leave(objection)
