"""Everyone who looks at the same object: its answer is read once per step that may concern it."""

from collections.abc import Awaitable, Callable

from gql_app.errors import MirrorError
from gql_app.live.bell import Bell
from gql_app.live.follower import Step
from gql_app.live.group import Group
from gql_app.live.interest import Key

Read = Callable[[], Awaitable[bytes]]


class Watch(Group):
    """`read` gives the answer as it stands; an equal answer is no news."""

    __slots__ = ("_askers", "_read", "latest")

    def __init__(self, read: Read, keys: frozenset[Key] | None = None) -> None:
        super().__init__(keys=keys)
        self.latest = b""
        self._read = read
        self._askers = Bell()

    def hear(self, step: Step) -> None:
        """Looks again: the step may concern the object."""
        self.wake()

    def end(self, error: Exception) -> None:
        """Also for those who have only just asked."""
        super().end(error)
        self._askers.fail(error)

    async def ask(self) -> bytes:
        """The answer as it stands now or later; who asks while a statement runs shares the next one."""
        self.wake()
        await self._askers.wait()
        return self.latest

    async def look(self) -> None:
        """Reads once for all members."""
        askers, self._askers = self._askers, Bell()
        try:
            seen = await self._read()
        except MirrorError as error:
            askers.fail(error)
            raise
        if seen != self.latest:
            self.latest = seen
            self.bell.ring()
        askers.ring()
