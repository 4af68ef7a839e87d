"""What every feed with a connection does: it connects again for ever, and then has everybody look anew."""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager, suppress

from gql_app.feed.mailbox import Mailbox, Mailboxes

SHORTEST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
ANSWER_SECONDS = 5.0
HEARTBEAT_SECONDS = 30.0

log = logging.getLogger(__name__)


class ConnectedFeed(ABC):
    """Listeners in this process are told directly, those in others by way of the connection."""

    lost: tuple[type[Exception], ...] = (OSError,)
    """What a connection that is lost raises."""

    def __init__(self) -> None:
        self.is_connected = False
        self._mailboxes = Mailboxes()
        self._unsaid = Mailbox()
        self._pause = SHORTEST_PAUSE
        self._is_ending = False

    async def announce(self, position: int) -> None:
        """Never waits for the connection: what comes meanwhile is one word, after a lost connection too."""
        self._mailboxes.deliver(position)
        self._unsaid.put(position)

    def listen(self) -> AbstractContextManager[Mailbox]:
        """A mailbox that hears every announcement from now on."""
        return self._mailboxes.listen()

    @asynccontextmanager
    async def kept_connected(self) -> AsyncIterator[None]:
        """Keeps itself connected for as long as the context lasts; does not wait until it is."""
        keeper = asyncio.create_task(self._keep_connected(), name="feed")
        try:
            yield
        finally:
            self._is_ending = True
            keeper.cancel()
            with suppress(asyncio.CancelledError):
                await keeper

    @abstractmethod
    async def _converse(self) -> None:
        """Connects, says so by `_is_heard`, and passes words on until the connection is lost."""

    def _is_heard(self) -> None:
        """From here on nothing that others say is missed; what they said before is in the journal."""
        if not self.is_connected:
            log.info("feed_connected")
        self.is_connected = True
        self._pause = SHORTEST_PAUSE
        self._mailboxes.deliver(0)

    async def _keep_connected(self) -> None:
        is_news = True
        while not self._is_ending:  # a driver may swallow the cancellation
            error = await self._conversation()
            if self.is_connected or is_news:
                log.warning("feed_disconnected", extra={"error": error})
            self.is_connected = is_news = False
            await asyncio.sleep(self._pause)
            self._pause = min(self._pause * 2, LONGEST_PAUSE)

    async def _conversation(self) -> str:
        """What ended it; its own words could quote an address, so it is only named."""
        try:
            await self._converse()
        except self.lost as error:
            return type(error).__name__
        except Exception:
            log.exception("feed_failed")
        return "Closed"

    async def _next_word(self) -> int:
        """What to say next; where there is nothing, the last word again, to see whether anybody hears."""
        try:
            async with asyncio.timeout(HEARTBEAT_SECONDS):
                return await self._unsaid.take()
        except TimeoutError:
            return 0
