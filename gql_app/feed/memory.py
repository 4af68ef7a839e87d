"""The feed of a single process."""

from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager

from gql_app.feed.mailbox import Mailbox, Mailboxes


class MemoryFeed:
    """Reaches listeners in the same process; others find out by the slow poll."""

    is_connected = True

    def __init__(self) -> None:
        self._mailboxes = Mailboxes()

    async def announce(self, position: int) -> None:
        """Delivers at once."""
        self._mailboxes.deliver(position)

    def listen(self) -> AbstractContextManager[Mailbox]:
        """A mailbox that hears every announcement from now on."""
        return self._mailboxes.listen()


@asynccontextmanager
async def memory_feed() -> AsyncIterator[MemoryFeed]:
    """A feed for as long as the context lasts."""
    yield MemoryFeed()
