"""The feed: whether a word that one process says is heard by another."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack
from urllib.parse import urlsplit

from gql_app.checks.finding import Deployment, Finding, fail, ok, warn
from gql_app.feed import Feed, Mailbox, feed_url, open_feed
from gql_app.live.position import whereabouts

PART = "feed"
PATIENCE_SECONDS = 5.0
ADVICE = "Through a pooler PostgreSQL's words are lost: set GQL_APP_FEED_URL to the database itself, or to a Redis."
UNHEARD = "Until then changes are found by looking every GQL_APP_POLL_SECONDS."


async def feed(deployment: Deployment, patience: float = PATIENCE_SECONDS) -> AsyncIterator[Finding]:
    """Two connections; what one announces the other hears. A number that was announced before changes nothing."""
    settings = deployment.settings
    given = settings.feed_url.get_secret_value() if settings.feed_url else None
    url = feed_url(given, settings.database_url.get_secret_value())
    scheme = urlsplit(url).scheme
    here = await whereabouts(deployment.opened)
    if scheme == "memory":
        yield ok(PART, "memory://: one process, which hears itself")
        return
    async with AsyncExitStack() as stack:
        speaker, hearer = [await stack.enter_async_context(open_feed(url, here.epoch)) for _ in range(2)]
        mailbox = stack.enter_context(hearer.listen())
        if not await _within(_connected(speaker, hearer), patience):
            yield warn(PART, f"{scheme}: no connection within {patience:g} s", f"{ADVICE} {UNHEARD}")
            return
        if scheme == "sqlite":
            yield ok(PART, "sqlite: the file is looked at often for what other processes commit")
            return
        yield await _round_trip(speaker, mailbox, max(1, here.position), scheme, patience)


async def _round_trip(
    speaker: Feed, mailbox: Mailbox, position: int, scheme: str, patience: float = PATIENCE_SECONDS
) -> Finding:
    began = time.monotonic()
    await speaker.announce(position)
    if not await _within(_heard(mailbox, position), patience):
        return fail(PART, f"{scheme}: connected, but what one process says no other hears", f"{ADVICE} {UNHEARD}")
    return ok(PART, f"{scheme}: heard after {(time.monotonic() - began) * 1000:.0f} ms")


async def _connected(*feeds: Feed) -> None:
    for one in feeds:
        with one.listen() as mailbox:
            while not one.is_connected:
                await mailbox.take()


async def _heard(mailbox: Mailbox, position: int) -> None:
    while await mailbox.take() < position:
        pass


async def _within(work: Awaitable[None], seconds: float) -> bool:
    try:
        await asyncio.wait_for(work, seconds)
    except TimeoutError:
        return False
    return True
