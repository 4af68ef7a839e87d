"""What waits for a listener: only the newest position, which replaces the rest."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Mailbox:
    """Holds at most one number."""

    def __init__(self) -> None:
        self._news = asyncio.Event()
        self._position = 0

    def put(self, position: int) -> None:
        """Never waits."""
        self._position = max(self._position, position)
        self._news.set()

    async def take(self) -> int:
        """The newest position; waits where there is no news."""
        await self._news.wait()
        self._news.clear()
        return self._position


class Mailboxes:
    """The listeners of one process."""

    def __init__(self) -> None:
        self._open: set[Mailbox] = set()

    @contextmanager
    def listen(self) -> Iterator[Mailbox]:
        """From this line on nothing is missed."""
        mailbox = Mailbox()
        self._open.add(mailbox)
        try:
            yield mailbox
        finally:
            self._open.discard(mailbox)

    def deliver(self, position: int) -> None:
        """To everyone who listens."""
        for mailbox in self._open:
            mailbox.put(position)
