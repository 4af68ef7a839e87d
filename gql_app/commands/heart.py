"""How a parent hears that a worker's event loop still turns: a byte each second, through a pipe of its own."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection

EVERY_SECONDS = 1.0


async def beat(beats: Connection) -> None:
    """Until cancelled; never waits for a parent that does not listen."""
    os.set_blocking(beats.fileno(), False)
    while True:
        with suppress(OSError):
            os.write(beats.fileno(), b".")
        await asyncio.sleep(EVERY_SECONDS)


class Heart:
    """What is heard of one worker."""

    def __init__(self) -> None:
        self._missed: float | None = None

    def hear(self) -> None:
        """A beat."""
        self._missed = 0

    async def stopped(self, after_seconds: float) -> None:
        """Returns once nothing was heard for so long, counted only while we ourselves run and from its first beat."""
        while self._missed is None or self._missed < after_seconds:
            await asyncio.sleep(EVERY_SECONDS)
            if self._missed is not None:
                self._missed += EVERY_SECONDS


@contextmanager
def heart(heard: Connection) -> Iterator[Heart]:
    """Listens for as long as the context lasts."""
    loop, listening = asyncio.get_running_loop(), Heart()

    def hear() -> None:
        if os.read(heard.fileno(), 4096):
            listening.hear()
        else:  # it has ended
            loop.remove_reader(heard.fileno())

    loop.add_reader(heard.fileno(), hear)
    try:
        yield listening
    finally:
        loop.remove_reader(heard.fileno())
        heard.close()
